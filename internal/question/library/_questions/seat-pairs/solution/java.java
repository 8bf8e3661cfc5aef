class Solution {
    public int seat_pairs(String[] rows) {
        int pairs = 0;
        for (String row : rows) {
            int run = 0;
            for (char seat : row.toCharArray()) {
                run = seat == '.' ? run + 1 : 0;
                if (run == 2) {
                    pairs++;
                    run = 0;
                }
            }
        }
        return pairs;
    }
}
