#include "generations/finalize.hpp"

#include <cerrno>
#include <cstdio>

#include "generations/ledger.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Next to the original, because a rename cannot leave its file system.
constexpr const char* finalizing_configuration = "/etc/.k8s-node.removed";
constexpr const char* finalizing_state = "/etc/k8s-node/.state.removed";

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

void finalize(const Root& root, Configuration configuration) {
    const auto state = root.at(paths::state);
    if (!path_exists(state)) {
        return;
    }
    const auto directory = root.at(paths::configuration);
    if (configuration == Configuration::ours && holds_only_the_state(directory)) {
        rename_durably(directory, root.at(finalizing_configuration));
    } else {
        rename_durably(state, root.at(finalizing_state));
    }
    finish_finalizing(root);
}

std::vector<fs::path> unfinalized(const Root& root) {
    std::vector<fs::path> found;
    for (const char* name : {finalizing_configuration, finalizing_state}) {
        if (path_exists(root.at(name))) {
            found.push_back(root.at(name));
        }
    }
    return found;
}

void finish_finalizing(const Root& root) {
    for (const auto& path : unfinalized(root)) {
        teardown::remove_tree(path, teardown::Top::remove);
        sync_directory(path.parent_path());
    }
}

} // namespace k8s_node
