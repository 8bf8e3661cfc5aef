class Solution {
    public String shift_clock(String clock, int minutes) {
        long total = Integer.parseInt(clock.substring(0, 2)) * 60L + Integer.parseInt(clock.substring(3)) + minutes;
        long days = Math.floorDiv(total, 1440L);
        long rest = Math.floorMod(total, 1440L);
        return String.format("%02d:%02d", rest / 60, rest % 60) + (days == 0 ? "" : String.format("%+d", days));
    }
}
