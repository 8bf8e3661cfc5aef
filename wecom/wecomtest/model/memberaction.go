package model

// Selected holds the options chosen in one question of a card.
type Selected struct {
	QuestionKey string   `json:"questionKey"`
	OptionIDs   []string `json:"optionIds"`
}
