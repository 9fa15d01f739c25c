#include "resources/host_files.hpp"

#include <filesystem>

#include "generations/backup.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

void write_host_file(const std::string& object, const Generation& next, const Root& root) {
    const auto file = host_file(next, object);
    const auto path = root.at(object);
    make_directories(path.parent_path());
    write_file_atomically(path, file.content, {file.mode, 0, 0});
}

void make_link(const std::string& object, const Generation& next, const Root& root) {
    const auto path = root.at(object);
    make_directories(path.parent_path());
    replace_symlink(link_target(next, object), path);
}

/// A foreign file that happens to have our content, and only gets our mode, stays foreign.
bool makes_ours(const Change& change, const Generation& next, const Root& root) {
    if (change.kind != ChangeKind::write_file) {
        return change.kind == ChangeKind::link;
    }
    const auto path = root.at(change.object);
    return !fs::is_regular_file(fs::symlink_status(path)) ||
           read_file(path) != host_file(next, change.object).content;
}

void note_backup(const std::string& path, Ledger& ledger, const Root& root) {
    if (back_up(root.at(path))) {
        ledger.backups.insert(path);
    } else {
        ledger.backups.erase(path); // restored, and then removed by somebody else
    }
}

/// Removes a file of ours and restores its backup, if there is one.
void remove_host_file(const std::string& object, const Root& root) {
    const auto path = root.at(object);
    if (read_ledger(root).backups.contains(object)) {
        // One without a backup was restored by an earlier attempt.
        static_cast<void>(restore_backup(path));
    } else {
        fs::remove(path);
    }
}

} // namespace

std::optional<std::string> path_below(std::string_view prefix, const std::string& entry) {
    const bool below = entry.starts_with(prefix) && entry.substr(prefix.size()).starts_with('/');
    return below ? std::optional(entry.substr(prefix.size())) : std::nullopt;
}

WantedFile host_file(const Generation& generation, const std::string& path) {
    const auto& modes = generation.manifest.host_modes;
    const auto mode = modes.find(path);
    return {path, generation.files.at(std::string(files_prefix) + path),
            mode == modes.end() ? 0644U : mode->second};
}

std::string link_target(const Generation& generation, const std::string& path) {
    return std::string(trim(generation.files.at(std::string(links_prefix) + path)));
}

void note_ownership(const std::vector<Change>& changes, const Generation& next, const Root& root) {
    auto ledger = read_ledger(root);
    for (const auto& change : changes) {
        if (!makes_ours(change, next, root)) {
            continue;
        }
        if (!ledger.is_written_by_us(change.object) || is_restored(ledger, change.object, root)) {
            note_backup(change.object, ledger, root);
        }
        if (change.kind == ChangeKind::link) {
            ledger.note_link(change.object, root);
        } else {
            ledger.note_file(change.object, root);
        }
    }
    write_ledger(root, ledger);
}

void apply_file(const Change& change, const Generation& next, const Root& root) {
    switch (change.kind) {
    case ChangeKind::write_file:
        write_host_file(change.object, next, root);
        break;
    case ChangeKind::link:
        make_link(change.object, next, root);
        break;
    case ChangeKind::remove_file:
        remove_host_file(change.object, root);
        break;
    default:
        break;
    }
}

void disown_removed(const std::vector<Change>& changes, const Root& root) {
    auto ledger = read_ledger(root);
    for (const auto& change : changes) {
        if (change.kind == ChangeKind::remove_file) {
            ledger.forget(change.object);
        }
    }
    write_ledger(root, ledger);
}

} // namespace k8s_node
