package resource

import (
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// LibraryLanguage is the parameter of operations on the library of questions.
type LibraryLanguage struct {
	Language string `query:"language" required:"true" enum:"zh,en,ja" doc:"Of the texts: Chinese, English or Japanese"`
}

// LibraryQuestionQuery holds the parameters of getLibraryQuestion.
type LibraryQuestionQuery struct {
	LibraryLanguage

	ID string `path:"id" maxLength:"64" doc:"In the library" example:"badge-ranges"`
}

// LibraryQuestionOrigin is what a question of the library has in all its representations.
type LibraryQuestionOrigin struct {
	ID         string `json:"id" doc:"In the library, the same in all languages" example:"badge-ranges"`
	Kind       string `json:"kind" enum:"coding,sql,debugging,frontend,discussion"`
	QuestionID string `json:"questionId,omitempty" doc:"Id in the question bank; absent: the question is not added in this language"`
}

// LibraryQuestionSummary is a question of the library in a list.
type LibraryQuestionSummary struct {
	LibraryQuestionOrigin

	Title           string   `json:"title"`
	Difficulty      string   `json:"difficulty" enum:"easy,medium,hard"`
	Tags            []string `json:"tags"`
	ExpectedMinutes int      `json:"expectedMinutes"`
	Languages       []string `json:"languages" doc:"Of the reference solutions" example:"[\"python\",\"go\"]"`
	TestCases       int      `json:"testCases" doc:"Number of test cases"`
}

// LibraryQuestions is the library in a language.
type LibraryQuestions struct {
	Items []LibraryQuestionSummary `json:"items" doc:"By kind, difficulty and id"`
}

// LibraryQuestion is a question of the library with its parts for interviewers.
type LibraryQuestion struct {
	LibraryQuestionOrigin
	QuestionContent
}

// LibraryAddition is the body of addLibraryQuestions.
type LibraryAddition struct {
	Language string   `json:"language" enum:"zh,en,ja" doc:"Of the texts"`
	IDs      []string `json:"ids" minItems:"1" maxItems:"100" doc:"In the library" example:"[\"badge-ranges\"]"`
}

// LibraryAdditionResult is what addLibraryQuestions has added.
type LibraryAdditionResult struct {
	Added     int                    `json:"added" doc:"Number of questions that are new in the question bank"`
	Questions []AddedLibraryQuestion `json:"questions" doc:"In the order of the request"`
}

// AddedLibraryQuestion is a question of the library in the question bank.
type AddedLibraryQuestion struct {
	QuestionID string `json:"questionId" doc:"In the question bank"`
	Title      string `json:"title" doc:"In the library"`
	State      string `json:"state" enum:"new,unchanged" doc:"unchanged: it was added before and stays as it is, with all later edits"`
}

// NewLibraryQuestions maps the library.
func NewLibraryQuestions(list []library.Item) LibraryQuestions {
	return LibraryQuestions{Items: httpapi.MapSlice(list, func(i library.Item) LibraryQuestionSummary {
		return LibraryQuestionSummary{
			LibraryQuestionOrigin: newLibraryQuestionOrigin(&i), Title: i.Title, Difficulty: string(i.Difficulty), Tags: i.Tags, ExpectedMinutes: i.ExpectedMinutes,
			Languages: httpapi.MapSlice(i.Solutions, func(s question.Source) string { return s.Language }), TestCases: len(i.Tests.Cases),
		}
	})}
}

// NewLibraryQuestion maps a question of the library.
func NewLibraryQuestion(i library.Item) LibraryQuestion {
	return LibraryQuestion{newLibraryQuestionOrigin(&i), newQuestionContent(&i.Content)}
}

func newLibraryQuestionOrigin(i *library.Item) LibraryQuestionOrigin {
	return LibraryQuestionOrigin{ID: i.ID, Kind: string(i.Kind), QuestionID: i.BankID}
}

// NewLibraryAdditionResult maps the changes of an addition.
func NewLibraryAdditionResult(changes []question.Change) LibraryAdditionResult {
	out := LibraryAdditionResult{Questions: httpapi.MapSlice(changes, func(c question.Change) AddedLibraryQuestion {
		return AddedLibraryQuestion{c.ID, c.Title, string(c.Kind)}
	})}
	for _, c := range changes {
		if c.Kind == question.Added {
			out.Added++
		}
	}
	return out
}
