import java.util.*;

class Solution {
    public int[] merge_feeds(int[] left, int[] right) {
        List<Integer> merged = new ArrayList<>();
        int i = 0, j = 0;
        while (i < left.length || j < right.length) {
            int item = j == right.length || i < left.length && left[i] >= right[j] ? left[i++] : right[j++];
            if (merged.isEmpty() || merged.get(merged.size() - 1) != item) merged.add(item);
        }
        return merged.stream().mapToInt(Integer::intValue).toArray();
    }
}
