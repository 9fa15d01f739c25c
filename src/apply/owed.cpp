#include "apply/owed.hpp"

#include <filesystem>
#include <vector>

#include "model/node_spec.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::filesystem::path owed_path(const Root& root) {
    return root.at(paths::configuration) / "state" / "owed";
}

} // namespace

std::set<std::string> read_owed(const Root& root) {
    std::set<std::string> owed;
    for (auto& line : split_lines(read_file_if_exists(owed_path(root)).value_or(""))) {
        owed.insert(std::move(line));
    }
    return owed;
}

void write_owed(const Root& root, const std::set<std::string>& owed) {
    const auto path = owed_path(root);
    if (owed.empty()) {
        std::filesystem::remove(path);
        return;
    }
    make_directories(path.parent_path(), 0700);
    const std::vector<std::string> lines(owed.begin(), owed.end());
    write_file_atomically(path, join(lines, "\n") + "\n", {});
}

void note_owed(const Plan& plan, const Root& root) {
    std::set<std::string> entries;
    for (const auto kind :
         {ChangeKind::activate_file, ChangeKind::stop_unit, ChangeKind::restart_unit}) {
        for (const auto& change : plan.of(kind)) {
            entries.insert(change.object);
        }
    }
    if (!plan.of(ChangeKind::reload).empty()) {
        entries.insert(owed_reload);
    }
    note_owed(entries, root);
}

void note_owed(const std::set<std::string>& entries, const Root& root) {
    auto owed = read_owed(root);
    const auto before = owed.size();
    owed.insert(entries.begin(), entries.end());
    if (owed.size() != before) {
        write_owed(root, owed);
    }
}

} // namespace k8s_node
