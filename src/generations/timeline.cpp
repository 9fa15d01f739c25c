#include "generations/timeline.hpp"

#include <filesystem>

#include "generations/ledger.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

std::filesystem::path timeline_path(const Root& root) {
    return root.at(paths::state) / "last-run.json";
}

} // namespace

/// A failure here is ignored: the node does not need the timeline.
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
        throw Error("no timeline was recorded: no run has changed this machine yet",
                    ExitStatus::usage)
            .try_this("the next install, upgrade or rollback that changes something "
                      "records one");
    }
    return parse_timeline(*text, path.string());
}

} // namespace k8s_node
