#include "resources/file_resource.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/backup.hpp"
#include "generations/ledger.hpp"
#include "model/cleanup_json.hpp"
#include "plan/diff.hpp"
#include "resources/host_files.hpp"
#include "resources/triggers.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Tells what existed before us from what is ours to replace.
struct Ownership {
    const Generation& current;
    const System& system;
    Ledger ledger = read_ledger(system.root);

    [[nodiscard]] bool is_ours(const std::string& path) const {
        const auto& ours = current.manifest.host_files;
        const bool known = ledger.is_written_by_us(path) ||
                           std::ranges::find(ours, path) != ours.end() ||
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

Cleanup cleanup_in(const Generation& generation) {
    const auto found = generation.files.find("cleanup.json");
    return found == generation.files.end() ? Cleanup{}
                                           : cleanup_of(nlohmann::json::parse(found->second));
}

/// Adds configuration that services of components wrote that are gone: it would go on to count, as
/// a network plugin's would for containerd.
void check_written_by_services(const Generation& next, const Ownership& ownership,
                               std::vector<Change>& changes) {
    const auto kept = cleanup_in(next).paths;
    for (const auto& path : cleanup_in(ownership.current).paths) {
        const bool is_file =
            path.starts_with("/etc/") &&
            fs::is_regular_file(fs::symlink_status(ownership.system.root.at(path)));
        if (is_file && std::ranges::find(kept, path) == kept.end() &&
            !next.files.contains(std::string(files_prefix) + path)) {
            changes.push_back({ChangeKind::remove_file, path, "no component has it any more", {}});
        }
    }
}

/// Restores what ours had replaced. One without a backup was restored by an earlier attempt.
void restore_backups(const Removal& removal) {
    for (const auto& path : removal.scope.ledger.backups) {
        if (!stays_as_identity(removal.scope, path)) {
            static_cast<void>(restore_backup(removal.root.at(path)));
        }
    }
}

/// An install that runs instead of another attempt must not take restored files for ours.
void disown_restored(Removal& removal) {
    auto& ledger = removal.scope.ledger;
    if (ledger.backups.empty()) {
        return;
    }
    for (const auto& path : std::set<std::string>(ledger.backups)) {
        if (!stays_as_identity(removal.scope, path)) {
            ledger.forget(path);
        }
    }
    write_ledger(removal.root, ledger);
}

class FileKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "file"; }

    void differ(Comparison& comparison, const System& system) const override {
        const auto& next = comparison.next;
        const Ownership ownership{comparison.current, system};
        for (const auto& [entry, content] : next.files) {
            if (const auto path = path_below(files_prefix, entry)) {
                check_file(host_file(next, *path), ownership, comparison.changes);
            } else if (const auto link = path_below(links_prefix, entry)) {
                check_link(*link, link_target(next, *link), ownership, comparison.changes);
            }
        }
        check_obsolete(next, ownership, comparison.changes);
        check_written_by_services(next, ownership, comparison.changes);
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::write_file || change == ChangeKind::remove_file ||
               change == ChangeKind::link;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        note_ownership(changes, application.next, system.root);
        for (const auto& change : changes) {
            with_context(std::string(verb_of(change.kind)) + " " + change.object,
                         [&] { apply_file(change, application.next, system.root); });
        }
        disown_removed(changes, system.root);
    }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        const auto& ledger = removal.scope.ledger;
        std::vector<Leftover> out;
        for (const auto* paths : {&ledger.files, &ledger.links}) {
            for (const auto& path : *paths) {
                if (path_exists(removal.root.at(path)) && !stays_as_identity(removal.scope, path) &&
                    !is_restored(ledger, path, removal.root)) {
                    out.push_back({name(), path});
                }
            }
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_files) {
            return;
        }
        restore_backups(removal);
        disown_restored(removal);
        const auto& ledger = removal.scope.ledger;
        for (const auto* paths : {&ledger.files, &ledger.links}) {
            for (const auto& path : *paths) {
                if (!stays_as_identity(removal.scope, path)) {
                    fs::remove(removal.root.at(path));
                }
            }
        }
    }
};

} // namespace

const ResourceKind& file_kind() {
    static const FileKind kind;
    return kind;
}

} // namespace k8s_node
