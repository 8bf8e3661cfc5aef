#include <deque>
#include <vector>
using namespace std;

vector<int> window_peaks(vector<int>& readings, int size) {
    deque<int> candidates;
    vector<int> peaks;
    for (int n = 0; n < (int)readings.size(); n++) {
        while (!candidates.empty() && readings[candidates.back()] <= readings[n]) candidates.pop_back();
        candidates.push_back(n);
        if (candidates.front() <= n - size) candidates.pop_front();
        if (n >= size - 1) peaks.push_back(readings[candidates.front()]);
    }
    return peaks;
}
