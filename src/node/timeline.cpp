#include "node/timeline.hpp"

#include <filesystem>

#include "apply/ledger.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

std::filesystem::path timeline_path(const Root& root) {
    return root.at(paths::state) / "last-run.json";
}

} // namespace

/// What is of no use to the node must not fail its run.
KeptTimeline::~KeptTimeline() {
    try {
        const auto path = timeline_path(root_);
        if (attributes_of(path.parent_path())) {
            write_file_atomically(path, write_timeline(timeline_of_this_run(verb_)), {});
        }
    } catch (const std::exception&) {
        return;
    }
}

RunTimeline last_timeline(const Root& root) {
    const auto path = timeline_path(root);
    const auto text = read_file_if_exists(path);
    if (!text) {
        throw Error("no run that changed this machine has left its times", ExitStatus::usage)
            .try_this("they are kept by the next install, upgrade or rollback that changes "
                      "something");
    }
    return parse_timeline(*text, path.string());
}

} // namespace k8s_node
