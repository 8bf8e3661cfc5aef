#include <algorithm>
#include <vector>
using namespace std;

vector<int> longest_streak(vector<int>& days) {
    sort(days.begin(), days.end());
    vector<int> best;
    int start = 0, length = 0;
    for (size_t i = 0; i < days.size(); i++) {
        if (i > 0 && days[i] == days[i - 1]) continue;
        if (i > 0 && days[i] == days[i - 1] + 1) {
            length++;
        } else {
            start = days[i];
            length = 1;
        }
        if (best.empty() || length > best[1]) best = {start, length};
    }
    return best;
}
