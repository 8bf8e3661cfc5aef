def replay_edits(commands):
    text, undone, done = "", [], []
    for command in commands:
        action, _, argument = command.partition(" ")
        if action == "undo":
            if done:
                undone.append(text)
                text = done.pop()
        elif action == "redo":
            if undone:
                done.append(text)
                text = undone.pop()
        else:
            done.append(text)
            undone.clear()
            text = text + argument if action == "type" else text[: -int(argument)]
    return text
