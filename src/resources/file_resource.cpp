#include "resources/file_resource.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/backup.hpp"
#include "generations/ledger.hpp"
#include "plan/diff.hpp"
#include "resources/directory_modes.hpp"
#include "resources/kernel_parameters.hpp"
#include "resources/triggers.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// A file outside of the generation, with the content that the generation has for it.
struct WantedFile {
    std::string path;
    const std::string& content;
    unsigned mode;
};

constexpr std::string_view files_prefix = "host";
constexpr std::string_view links_prefix = "links";

/// Returns the absolute path that an entry of a generation stands for if it is below this prefix.
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

/// Tells what existed before us from what is ours to replace.
struct Ownership {
    const Generation& current;
    const System& system;
    Ledger ledger = read_ledger(system.root);

    [[nodiscard]] bool is_ours(const std::string& path) const {
        const auto& ours = current.manifest.host_files;
        const bool known = ledger.contains(path) || std::ranges::find(ours, path) != ours.end() ||
                           current.files.contains(std::string(links_prefix) + path);
        return known && !is_restored(ledger, path, system.root);
    }
};

void refuse_foreign(const std::string& path, const Ownership& ownership) {
    if (ownership.is_ours(path)) {
        return;
    }
    if (ownership.system.foreign_files == ForeignFiles::replace) {
        require_room_for_backup(ownership.system.root.at(path), path);
        return;
    }
    throw Error(path + " already exists, differs, and was not written by k8s-node-install",
                ExitStatus::unsuitable)
        .try_this("move it away, or run with --force to replace it (the old one is kept as " +
                  backup_of(path).string() + ", and reset restores it)");
}

/// Returns "its mode is 0666 instead of 0644", or an empty text if nothing is wrong.
std::string attribute_problem(const FileAttributes& there, unsigned mode) {
    if (there.mode != mode) {
        return "its mode is " + octal_mode(there.mode) + " instead of " + octal_mode(mode);
    }
    if (there.uid != 0 || there.gid != 0) {
        return "it belongs to " + std::to_string(there.uid) + ":" + std::to_string(there.gid) +
               " instead of root";
    }
    return {};
}

void check_file(const WantedFile& file, const Ownership& ownership, std::vector<Change>& changes) {
    const auto path = ownership.system.root.at(file.path);
    const auto there = attributes_of(path);
    const bool regular = there && fs::is_regular_file(fs::symlink_status(path));
    const auto content = regular ? read_file_if_exists(path) : std::nullopt;
    if (content == file.content) {
        const auto problem = attribute_problem(*there, file.mode);
        if (!problem.empty()) {
            changes.push_back({ChangeKind::write_file, file.path, problem, {}});
        }
        return;
    }
    if (there) {
        refuse_foreign(file.path, ownership);
    }
    const auto* why = !there ? "is missing" : regular ? "differs" : "is not a regular file";
    changes.push_back(
        {ChangeKind::write_file, file.path, why, line_diff(content.value_or(""), file.content)});
    const auto how = trigger_of(file.path);
    if (how && can_trigger(*how, ownership.system)) {
        changes.push_back({ChangeKind::trigger, *how, "for " + file.path, {}});
    }
}

void check_link(const std::string& link, const std::string& wanted, const Ownership& ownership,
                std::vector<Change>& changes) {
    const auto path = ownership.system.root.at(link);
    std::error_code error;
    const auto target = fs::read_symlink(path, error);
    if (!error && target == wanted) {
        return;
    }
    const bool there = fs::exists(fs::symlink_status(path));
    if (there) {
        refuse_foreign(link, ownership);
    }
    changes.push_back({ChangeKind::link, link, there ? "points elsewhere" : "to " + wanted, {}});
}

/// Adds the current generation's files and links that are no longer wanted. What existed before us,
/// and only happened to be identical, stays.
void check_obsolete(const Generation& next, const Ownership& ownership,
                    std::vector<Change>& changes) {
    for (const auto& [entry, content] : ownership.current.files) {
        const auto file = path_below(files_prefix, entry);
        const auto path = file ? file : path_below(links_prefix, entry);
        if (path && !next.files.contains(entry) && ownership.ledger.contains(*path)) {
            changes.push_back({ChangeKind::remove_file, *path, "no component has it any more", {}});
            // Only logind forgets the settings of a file that is gone; the other triggers cannot
            // undo any.
            const auto how = trigger_of(*path);
            if (how == logind_unit && can_trigger(*how, ownership.system)) {
                changes.push_back({ChangeKind::trigger, *how, "without " + *path, {}});
            }
        }
    }
}

void write_host_file(const std::string& object, const Generation& next, System& system) {
    const auto file = host_file(next, object);
    const auto path = system.root.at(object);
    make_directories(path.parent_path());
    write_file_atomically(path, file.content, {file.mode, 0, 0});
}

void make_link(const std::string& object, const Generation& next, System& system) {
    const auto path = system.root.at(object);
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

/// The backup is made before it is in the ledger, and it is in the ledger before anything is
/// replaced.
void note_ownership(const std::vector<Change>& changes, const Generation& next, const Root& root) {
    auto ledger = read_ledger(root);
    for (const auto& change : changes) {
        if (!makes_ours(change, next, root)) {
            continue;
        }
        if (!ledger.contains(change.object) || is_restored(ledger, change.object, root)) {
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

void disown_removed(const std::vector<Change>& changes, const Root& root) {
    auto ledger = read_ledger(root);
    for (const auto& change : changes) {
        if (change.kind == ChangeKind::remove_file) {
            ledger.forget(change.object);
        }
    }
    write_ledger(root, ledger);
}

void apply_file(const Change& change, const Generation& next, System& system) {
    switch (change.kind) {
    case ChangeKind::set_mode:
        open_directory(change.object, system.root);
        break;
    case ChangeKind::write_file:
        write_host_file(change.object, next, system);
        break;
    case ChangeKind::link:
        make_link(change.object, next, system);
        break;
    case ChangeKind::remove_file:
        remove_host_file(change.object, system.root);
        break;
    case ChangeKind::trigger:
        trigger(change.object, files_of_trigger(change.object, next), system);
        break;
    default:
        break;
    }
}

/// Adds a trigger for parameters that somebody set by hand; one that another file sets after ours
/// would only be overridden again.
void check_parameters(const Generation& next, const System& system, std::vector<Change>& changes) {
    for (const auto& found : find_parameter_drift(parameter_files(next), system.root)) {
        const std::string how = sysctl_unit;
        if (found.overrider.empty() && can_trigger(how, system)) {
            changes.push_back({ChangeKind::trigger, how, found.key + " " + found.what, {}});
        }
    }
}

} // namespace

std::vector<Change> check_files(const Generation& next, const Generation& current,
                                const System& system) {
    std::vector<Change> changes;
    append(changes, check_directories(system.root));
    const Ownership ownership{current, system};
    for (const auto& [entry, content] : next.files) {
        if (const auto path = path_below(files_prefix, entry)) {
            check_file(host_file(next, *path), ownership, changes);
        } else if (const auto link = path_below(links_prefix, entry)) {
            check_link(*link, link_target(next, *link), ownership, changes);
        }
    }
    check_obsolete(next, ownership, changes);
    check_parameters(next, system, changes);
    append(changes, check_pending_triggers(system));
    return triggers_last(std::move(changes));
}

void apply_files(const std::vector<Change>& changes, const Generation& next, System& system) {
    if (changes.empty()) {
        return;
    }
    note_ownership(changes, next, system.root);
    for (const auto& change : changes) {
        with_context(std::string(verb_of(change.kind)) + " " + change.object,
                     [&] { apply_file(change, next, system); });
    }
    disown_removed(changes, system.root);
}

} // namespace k8s_node
