package main

import "github.com/huimian/huimian/internal/question"

// libraryQuestions are the questions of the library that the sample company has added, by
// their ids.
var libraryQuestions = []string{
	"badge-ranges", "csv-line", "free-slots", "fix-merge-feeds", "rate-window", "sql-best-sellers", "talk-double-payment", "talk-slow-list-page",
}

// questions are the sample questions by the key that positions refer to.
var questions = map[string]question.Content{
	"pair": {
		Title: "两数之和", Difficulty: question.Easy, Tags: []string{"数组", "哈希表"},
		Body: "给定一个整数数组和一个目标值，返回**和为目标值的两个数的下标**。每组输入恰有一个答案。\n\n```text\n输入：[2, 7, 11, 15], 9\n输出：[0, 1]\n```\n\n1. 先说明思路和复杂度，再动手。\n2. 如果数组已经有序，能否做得更好？",
		StarterCode: []question.Source{
			{Language: "python", Code: "def two_sum(numbers, target):\n    ...\n\n\nprint(two_sum([2, 7, 11, 15], 9))\n"},
			{Language: "javascript", Code: "function twoSum(numbers, target) {\n}\n\nconsole.log(twoSum([2, 7, 11, 15], 9));\n"},
			{Language: "go", Code: "package main\n\nimport \"fmt\"\n\nfunc twoSum(numbers []int, target int) (int, int) {\n\treturn 0, 0\n}\n\nfunc main() {\n\tfmt.Println(twoSum([]int{2, 7, 11, 15}, 9))\n}\n"},
		},
		InterviewerNotes: "哈希表一遍 O(n)。追问：重复元素、没有答案时怎么表达、有序时的双指针。",
	},
	"lru": {
		Title: "LRU 缓存", Difficulty: question.Medium, Tags: []string{"设计", "链表"},
		Body: "实现一个容量固定的缓存，满了以后淘汰**最久没有用过**的键。`get` 和 `put` 都要 O(1)。\n\n- `get(key)`：没有则返回 `-1`\n- `put(key, value)`：写入或更新",
		StarterCode: []question.Source{
			{Language: "python", Code: "class LRUCache:\n    def __init__(self, capacity):\n        self.capacity = capacity\n\n    def get(self, key):\n        ...\n\n    def put(self, key, value):\n        ...\n\n\ncache = LRUCache(2)\ncache.put(1, 1)\ncache.put(2, 2)\nprint(cache.get(1))\ncache.put(3, 3)\nprint(cache.get(2))\n"},
		},
		InterviewerNotes: "双向链表 + 哈希表；Python 用 OrderedDict 可以，但要能说出它背后是什么。追问并发和过期时间。",
	},
	"limiter": {
		Title: "限流器", Difficulty: question.Hard, Tags: []string{"系统设计", "并发"},
		Body:             "为一个 HTTP 服务写一个限流器：每个用户**每分钟最多 60 次**，允许短时突发 10 次。\n\n请先讨论：令牌桶和滑动窗口各有什么代价？多台机器时怎么办？",
		InterviewerNotes: "看是否先问清楚需求；令牌桶实现是否避免了后台协程；时钟回拨；分布式时的取舍。",
	},
	"intervals": {
		Title: "合并区间", Difficulty: question.Medium, Tags: []string{"排序"},
		Body: "合并所有重叠的区间。\n\n```text\n输入：[[1,3],[2,6],[8,10]]\n输出：[[1,6],[8,10]]\n```",
		StarterCode: []question.Source{
			{Language: "python", Code: "def merge(intervals):\n    ...\n\n\nprint(merge([[1, 3], [2, 6], [8, 10]]))\n"},
			{Language: "javascript", Code: "function merge(intervals) {\n}\n\nconsole.log(merge([[1, 3], [2, 6], [8, 10]]));\n"},
		},
		InterviewerNotes: "按起点排序后一遍扫描。追问：区间不断到来时用什么结构？",
	},
	"debounce": {
		Title: "实现 debounce", Difficulty: question.Easy, Tags: []string{"前端", "JavaScript"},
		Body: "实现 `debounce(fn, wait)`:停止调用 `wait` 毫秒后才执行一次，保留最后一次的参数和 `this`。\n\n加分：支持 `leading` 选项和 `cancel()`。",
		StarterCode: []question.Source{
			{Language: "javascript", Code: "function debounce(fn, wait) {\n}\n\nconst log = debounce((x) => console.log(x), 50);\nlog(1);\nlog(2);\nlog(3);\n"},
		},
		InterviewerNotes: "闭包、定时器、this。追问 throttle 的区别和组件卸载时的清理。",
	},
}
