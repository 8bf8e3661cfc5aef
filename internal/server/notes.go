package server

import (
	"context"

	"github.com/huimian/huimian/internal/interview/note"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type noteHandlers struct{ notes note.Service }

func (h noteHandlers) listNotes(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.List[resource.Note]], error) {
	a := caller.Actor(ctx)
	list, err := h.notes.List(ctx, a, in.ID)
	return httpapi.NewResponse(resource.NewList(list, "", resource.NoteMapper(a.UserID)), err)
}

func (h noteHandlers) createNote(ctx context.Context, in *httpapi.RequestByID[resource.NoteInput]) (*httpapi.Response[resource.Note], error) {
	a := caller.Actor(ctx)
	return httpapi.MapResponse(resource.NoteMapper(a.UserID))(h.notes.Create(ctx, a, in.ID, in.Body.ToDomain()))
}

func (h noteHandlers) updateNote(ctx context.Context, in *httpapi.RequestByID[resource.NotePatch]) (*httpapi.Response[resource.Note], error) {
	a := caller.Actor(ctx)
	return httpapi.MapResponse(resource.NoteMapper(a.UserID))(h.notes.Update(ctx, a, in.ID, in.Body.ToDomain()))
}

func (h noteHandlers) deleteNote(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.notes.Delete(ctx, caller.Actor(ctx), in.ID)
}
