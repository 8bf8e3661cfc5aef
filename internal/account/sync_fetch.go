package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/wecom"
)

// contacts are the departments and members in the application's visible range.
type contacts struct {
	departments []wecom.Department
	users       []wecom.User
	agent       *wecom.Agent

	inDepartments int // the number of users who are in one of the departments
}

// fetchContacts fetches the departments in the visible range, their members, and the
// members who are in the range by a tag or individually. What WeCom no longer has, or
// no longer shows to the application, is left out.
func (s *Service) fetchContacts(ctx context.Context) (*contacts, error) {
	departments, err := s.Client.Departments.List(ctx, 0)
	if err != nil {
		return nil, fmt.Errorf("fetching departments: %w", err)
	}
	f := &contactFetcher{client: s.Client, byID: map[string]wecom.User{}, seen: map[int64]bool{}}
	if err := f.fetchDepartments(ctx, departments); err != nil {
		return nil, err
	}
	c := &contacts{inDepartments: len(f.byID)}
	if c.agent, err = s.Client.Agent.Get(ctx); err != nil {
		return nil, fmt.Errorf("fetching the visible range: %w", err)
	}
	userIDs := slices.Clone(c.agent.AllowUsers)
	for _, tagID := range c.agent.AllowTags {
		tagged, err := f.fetchTag(ctx, tagID)
		if err != nil {
			return nil, err
		}
		userIDs = append(userIDs, tagged...)
	}
	if err := f.fetchUsers(ctx, userIDs); err != nil {
		return nil, err
	}
	c.departments, c.users = f.departments, f.sortedUsers()
	return c, nil
}

// maxConcurrentFetches limits concurrent requests for departments and members: a
// company may have thousands, and the job has a timeout of one minute.
const maxConcurrentFetches = 8

// contactFetcher collects departments and members. WeCom ignores the case of userids
// and may return a member in several spellings, so members are collected by member.FoldUserID.
type contactFetcher struct {
	client      *wecom.Client
	departments []wecom.Department
	seen        map[int64]bool // the ids of departments

	mu   sync.Mutex
	byID map[string]wecom.User
}

func (f *contactFetcher) add(users ...wecom.User) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, u := range users {
		if key := member.FoldUserID(u.UserID); isUserID(key) {
			f.byID[key] = u
		}
	}
}

func (f *contactFetcher) sortedUsers() []wecom.User {
	users := make([]wecom.User, 0, len(f.byID))
	for _, u := range f.byID {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b wecom.User) int { return strings.Compare(a.UserID, b.UserID) })
	return users
}

// fetchDepartments adds departments and fetches their members. It fails if the
// members of none of several departments can be fetched.
func (f *contactFetcher) fetchDepartments(ctx context.Context, list []wecom.Department) error {
	var fresh []int64
	for _, d := range list {
		if d.ID > 0 && !f.seen[d.ID] {
			f.seen[d.ID] = true
			f.departments = append(f.departments, d)
			fresh = append(fresh, d.ID)
		}
	}
	var mu sync.Mutex
	var gone []error
	err := forEachConcurrently(ctx, fresh, func(ctx context.Context, id int64) error {
		users, err := f.client.Users.List(ctx, id)
		if isOutOfRange(err) {
			mu.Lock()
			defer mu.Unlock()
			gone = append(gone, fmt.Errorf("fetching the members of department %d: %w", id, err))
			return nil
		}
		if err != nil {
			return fmt.Errorf("fetching the members of department %d: %w", id, err)
		}
		f.add(users...)
		return nil
	})
	if err == nil && len(gone) > 0 && len(gone) == len(fresh) {
		return gone[0]
	}
	return err
}

// fetchTag adds the departments of a tag, with those below them, and returns the
// userids of its members.
func (f *contactFetcher) fetchTag(ctx context.Context, tagID int64) ([]string, error) {
	tag, err := f.client.Tags.GetMembers(ctx, tagID)
	if isOutOfRange(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("fetching the members of tag %d: %w", tagID, err)
	}
	for _, id := range tag.Departments {
		if f.seen[id] {
			continue // department/list has returned it with those below it
		}
		below, err := f.client.Departments.List(ctx, id)
		if err == nil {
			err = f.fetchDepartments(ctx, below)
		}
		if err != nil && !isOutOfRange(err) {
			return nil, fmt.Errorf("fetching department %d of tag %d: %w", id, tagID, err)
		}
	}
	userIDs := make([]string, len(tag.Users))
	for n, u := range tag.Users {
		userIDs[n] = u.UserID
	}
	return userIDs, nil
}

// fetchUsers adds members who are not in a visible department.
func (f *contactFetcher) fetchUsers(ctx context.Context, userIDs []string) error {
	requested := map[string]bool{}
	fresh := slices.DeleteFunc(slices.Clone(userIDs), func(userID string) bool {
		key := member.FoldUserID(userID)
		_, known := f.byID[key]
		skip := known || requested[key] || !isUserID(userID)
		requested[key] = true
		return skip
	})
	return forEachConcurrently(ctx, fresh, func(ctx context.Context, userID string) error {
		u, err := f.client.Users.Get(ctx, userID)
		if isOutOfRange(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("fetching the member %s: %w", userID, err)
		}
		f.add(*u)
		return nil
	})
}

// forEachConcurrently calls fn for every value, maxConcurrentFetches at a time, until
// one fails.
func forEachConcurrently[T any](ctx context.Context, values []T, fn func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(maxConcurrentFetches)
	for _, v := range values {
		g.Go(func() error { return fn(ctx, v) })
	}
	return g.Wait()
}

// isOutOfRange reports whether WeCom has no such member, department or tag, or does not
// show it to the application: it was deleted, or removed from the visible range,
// meanwhile.
func isOutOfRange(err error) bool {
	class := wecom.ClassOf(err)
	return class == wecom.ClassState || class == wecom.ClassPermission ||
		wecom.IsCode(err, 40068, 60003, 60123) // unknown tag or department
}
