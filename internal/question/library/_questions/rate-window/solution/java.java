import java.util.*;

class Solution {
    public boolean[] rate_window(String[] requests, int limit, int window) {
        Map<String, Deque<Integer>> accepted = new HashMap<>();
        boolean[] result = new boolean[requests.length];
        for (int i = 0; i < requests.length; i++) {
            String[] parts = requests[i].split(" ");
            int now = Integer.parseInt(parts[0]);
            Deque<Integer> recent = accepted.computeIfAbsent(parts[1], user -> new ArrayDeque<>());
            while (!recent.isEmpty() && recent.peekFirst() <= now - window) recent.pollFirst();
            result[i] = recent.size() < limit;
            if (result[i]) recent.addLast(now);
        }
        return result;
    }
}
