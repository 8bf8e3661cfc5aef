package agreement

// Rated is the ratings of one subject by raters, as each criterion has them.
type Rated []map[string]float64 // by criterion: ratings by rater

// Drift is how much a rater scores above (positive) or below the others.
type Drift struct {
	Rater    string
	Subjects int     // that are compared
	Mean     float64 // over the subjects; see TooFew

	// Recent is the mean over the RecentSubjects newest subjects. It equals Mean if there are no
	// older ones.
	Recent float64
}

// TooFew reports whether there are too few subjects for a figure.
func (d Drift) TooFew() bool { return d.Subjects < MinDriftSubjects }

// MeasureDrift computes the drift of each rater over subjects, oldest first. On a criterion with
// the ratings of at least two others, the difference is the rater's score less the median of the
// others. The differences of a subject are averaged over its criteria, and these means over the
// subjects: a subject with many criteria does not count more. All values are on one scale.
func MeasureDrift(subjects []Rated) map[string]Drift {
	differences := map[string][]float64{}
	for _, s := range subjects {
		for rater, mean := range s.meanDifferences() {
			differences[rater] = append(differences[rater], mean)
		}
	}
	out := make(map[string]Drift, len(differences))
	for rater, list := range differences {
		recent := list[max(0, len(list)-RecentSubjects):]
		out[rater] = Drift{Rater: rater, Subjects: len(list), Mean: meanOf(list), Recent: meanOf(recent)}
	}
	return out
}

// meanDifferences returns the mean difference of each rater over the criteria of a subject.
func (r Rated) meanDifferences() map[string]float64 {
	lists := map[string][]float64{}
	for _, ratings := range r {
		if len(ratings) < 3 {
			continue
		}
		for rater, own := range ratings {
			others := make(Subject, 0, len(ratings)-1)
			for other, value := range ratings {
				if other != rater {
					others = append(others, value)
				}
			}
			lists[rater] = append(lists[rater], own-medianOf(others))
		}
	}
	out := make(map[string]float64, len(lists))
	for rater, list := range lists {
		out[rater] = meanOf(list)
	}
	return out
}

func meanOf(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
