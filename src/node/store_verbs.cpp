#include "node/store_verbs.hpp"

#include <filesystem>
#include <set>

#include "apply/generation_records.hpp"
#include "model/manifest.hpp"
#include "node/desired.hpp"
#include "node/generations.hpp"
#include "node/intent.hpp"
#include "node/machine.hpp"
#include "store/store.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Names of the store entries that a generation uses. Throws Error where its
/// manifest cannot be read.
std::set<std::string> entries_of(const Root& root, int number) {
    const auto path = root.at(paths::generations) / std::to_string(number) / "manifest.json";
    std::set<std::string> names;
    for (const auto& entry : parse_manifest(read_file(path), path.string()).store_entries) {
        names.insert(fs::path(entry).filename().string());
    }
    return names;
}

/// What all generations use. One that does not tell makes it unknown.
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

/// Whether anything says what node this is to be: a machine that was only
/// fetched for, or is none yet, need not hear that nothing does.
bool is_configured(const NodeOptions& options) {
    const auto site = options.root.at(paths::configuration);
    std::error_code error;
    return options.profile || !options.configuration.empty() ||
           fs::exists(fs::symlink_status(site / "node.yaml", error)) ||
           fs::directory_iterator(site / "node.d", error) != fs::directory_iterator() ||
           fs::exists(options.root.at(paths::current) / "manifest.json", error);
}

/// What the next run would fetch: after a `fetch`, or in the middle of a
/// redeploy, no generation uses it yet.
std::set<std::string> wanted_next(const NodeOptions& options, EventSink& events) {
    std::set<std::string> wanted;
    try {
        for (const auto& artifact :
             load_desired(options, OwnAddress::of_no_concern).spec.artifacts) {
            wanted.insert(artifact.store_name());
        }
    } catch (const Error& error) {
        if (read_intent(options.root)) {
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

/// Entries with a program that is running, of a node that was taken away by
/// hand, say.
std::set<std::string> running_from(const fs::path& store) {
    std::set<std::string> names;
    const auto prefix = store.string() + "/";
    std::error_code gone;
    for (const auto& process : fs::directory_iterator("/proc", gone)) {
        const auto program = fs::read_symlink(process.path() / "exe", gone).string();
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
