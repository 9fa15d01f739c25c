#include "node/store_verbs.hpp"

#include <filesystem>
#include <set>

#include "generations/generation_records.hpp"
#include "generations/redeploy_state.hpp"
#include "model/manifest.hpp"
#include "node/desired.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "store/store.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Returns the names of the store entries that a generation uses. Throws Error if its manifest
/// cannot be read.
std::set<std::string> entries_of(const Root& root, int number) {
    const auto path = root.at(paths::generations) / std::to_string(number) / "manifest.json";
    std::set<std::string> names;
    for (const auto& entry : parse_manifest(read_file(path), path.string()).store_entries) {
        names.insert(fs::path(entry).filename().string());
    }
    return names;
}

/// Returns the entries that any generation uses. Throws Error if a generation does not tell.
std::set<std::string> used_by_generations(const Root& root) {
    std::set<std::string> used;
    for (const int number : generation_numbers(root)) {
        try {
            used.merge(entries_of(root, number));
        } catch (Error& error) {
            throw Error("generation " + std::to_string(number) +
                            " does not tell which programs it uses: " + error.message(),
                        ExitStatus::verification)
                .try_this("run k8s-node-install, which repairs the current generation; an older "
                          "one can be removed: rm -r " +
                          root.at(paths::generations).string() + "/" + std::to_string(number));
        }
    }
    return used;
}

/// True if a node is configured: otherwise, as after a mere `fetch`, there is nothing to report.
bool is_configured(const NodeOptions& options) {
    const auto site = options.root.at(paths::configuration);
    return options.profile || !options.configuration.empty() || attributes_of(site / "node.yaml") ||
           !directory_entries(site / "node.d").empty() ||
           attributes_of(options.root.at(paths::current) / "manifest.json");
}

/// Returns the entries that the next run would fetch: after a `fetch`, or in the middle of a
/// redeploy, no generation uses them yet.
std::set<std::string> wanted_next(const NodeOptions& options, EventSink& events) {
    std::set<std::string> wanted;
    try {
        for (const auto& artifact :
             load_desired(options, OwnAddress::of_no_concern).spec.artifacts) {
            wanted.insert(artifact.store_name());
        }
    } catch (const Error& error) {
        if (read_redeploy_state(options.root)) {
            throw;
        }
        if (is_configured(options)) {
            events.report({Priority::notice,
                           "only what generations use is kept: the configuration cannot be "
                           "resolved",
                           {},
                           {{"K8S_NODE_PHASE", "configuration"}}});
        }
    }
    return wanted;
}

/// Returns entries whose programs are running, for example those of a node that was removed by
/// hand.
std::set<std::string> running_from(const fs::path& store) {
    std::set<std::string> names;
    const auto prefix = store.string() + "/";
    for (const auto& process : directory_entries("/proc")) {
        std::error_code gone;
        const auto program = fs::read_symlink(process / "exe", gone).string();
        if (!gone && program.starts_with(prefix)) {
            names.insert(
                program.substr(prefix.size(), program.find('/', prefix.size()) - prefix.size()));
        }
    }
    return names;
}

} // namespace

std::vector<std::string> verify_store(const NodeOptions& options) {
    std::vector<std::string> lines;
    std::set<std::string> needed;
    for (const int number : generation_numbers(options.root)) {
        try {
            needed.merge(entries_of(options.root, number));
        } catch (const Error& error) {
            lines.push_back("generation " + std::to_string(number) +
                            " does not tell what it needs: " + error.message());
        }
    }
    for (const auto& problem : Store(options.root.at(paths::store)).verify(needed)) {
        lines.push_back(problem.entry + ": " + (problem.path.empty() ? "" : problem.path + " ") +
                        problem.what);
    }
    return lines;
}

std::vector<std::string> collect_store(const NodeOptions& options, EventSink& events) {
    const auto lock = take_lock(options, "store gc", events);
    refuse_pinned_boot(options.root);
    auto keep = used_by_generations(options.root);
    keep.merge(wanted_next(options, events));
    keep.merge(running_from(options.root.at(paths::store)));
    return Store(options.root.at(paths::store)).gc(keep);
}

} // namespace k8s_node
