#include <vector>
using namespace std;

int first_at_least(vector<int>& values, int wanted) {
    int low = 0, high = (int)values.size() - 1;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (values[middle] == wanted) return middle;
        if (values[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return low;
}
