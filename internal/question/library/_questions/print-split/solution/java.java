class Solution {
    public long print_time(int[] pages, int printers) {
        long low = 0, high = 0;
        for (int size : pages) {
            low = Math.max(low, size);
            high += size;
        }
        while (low < high) {
            long middle = low + (high - low) / 2, load = 0;
            int count = 1;
            for (int size : pages) {
                if (load + size > middle) {
                    count++;
                    load = 0;
                }
                load += size;
            }
            if (count <= printers) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
