#include "node/vanish.hpp"

#include <cerrno>
#include <cstdio>

#include "apply/ledger.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Beside what they were: a rename does not leave its file system.
constexpr const char* vanishing_configuration = "/etc/.k8s-node.removed";
constexpr const char* vanishing_state = "/etc/k8s-node/.state.removed";

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

bool holds_only_the_state(const fs::path& configuration) {
    for (const auto& entry : fs::directory_iterator(configuration)) {
        if (entry.path().filename() != fs::path(paths::state).filename()) {
            return false;
        }
    }
    return true;
}

void rename_durably(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) < 0) {
        throw system_error(errno, "rename " + from.string() + " to " + to.string());
    }
    sync_directory(to.parent_path());
}

} // namespace

void vanish(const Root& root, Configuration configuration) {
    const auto state = root.at(paths::state);
    if (!is_there(state)) {
        return;
    }
    const auto directory = root.at(paths::configuration);
    if (configuration == Configuration::ours && holds_only_the_state(directory)) {
        rename_durably(directory, root.at(vanishing_configuration));
    } else {
        rename_durably(state, root.at(vanishing_state));
    }
    finish_vanishing(root);
}

std::vector<fs::path> vanishing(const Root& root) {
    std::vector<fs::path> found;
    for (const char* name : {vanishing_configuration, vanishing_state}) {
        if (is_there(root.at(name))) {
            found.push_back(root.at(name));
        }
    }
    return found;
}

void finish_vanishing(const Root& root) {
    for (const auto& path : vanishing(root)) {
        teardown::remove_tree(path, teardown::Top::remove);
        sync_directory(path.parent_path());
    }
}

} // namespace k8s_node
