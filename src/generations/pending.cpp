#include "generations/pending.hpp"

#include <filesystem>
#include <vector>

#include "model/node_spec.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::filesystem::path pending_path(const Root& root) {
    return root.at(paths::configuration) / "state" / "pending";
}

/// Earlier versions wrote this file; it is read and then removed.
std::filesystem::path former_path(const Root& root) {
    return root.at(paths::configuration) / "state" / "owed";
}

} // namespace

std::set<std::string> read_pending(const Root& root) {
    std::set<std::string> pending;
    for (const auto& path : {pending_path(root), former_path(root)}) {
        for (auto& line : split_lines(read_file_if_exists(path).value_or(""))) {
            pending.insert(std::move(line));
        }
    }
    return pending;
}

void write_pending(const Root& root, const std::set<std::string>& pending) {
    const auto path = pending_path(root);
    if (pending.empty()) {
        std::filesystem::remove(path);
    } else {
        make_directories(path.parent_path(), 0700);
        const std::vector<std::string> lines(pending.begin(), pending.end());
        write_file_atomically(path, join(lines, "\n") + "\n", {});
    }
    std::filesystem::remove(former_path(root));
}

void note_pending(const Plan& plan, const Root& root) {
    std::set<std::string> entries;
    for (const auto kind : {ChangeKind::trigger, ChangeKind::stop_unit, ChangeKind::restart_unit}) {
        for (const auto& change : plan.of(kind)) {
            entries.insert(change.object);
        }
    }
    if (!plan.of(ChangeKind::reload).empty()) {
        entries.insert(pending_reload);
    }
    note_pending(entries, root);
}

void note_pending(const std::set<std::string>& entries, const Root& root) {
    auto pending = read_pending(root);
    const auto before = pending.size();
    pending.insert(entries.begin(), entries.end());
    if (pending.size() != before) {
        write_pending(root, pending);
    }
}

} // namespace k8s_node
