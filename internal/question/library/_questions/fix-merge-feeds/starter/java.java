import java.util.*;

class Solution {
    public int[] merge_feeds(int[] left, int[] right) {
        List<Integer> merged = new ArrayList<>();
        int i = 0, j = 0;
        while (i < left.length && j < right.length) {
            if (left[i] > right[j]) merged.add(left[i++]);
            else if (left[i] < right[j]) merged.add(right[j++]);
            else {
                merged.add(left[i++]);
                j++;
            }
        }
        while (i < left.length) merged.add(left[i++]);
        return merged.stream().mapToInt(Integer::intValue).toArray();
    }
}
