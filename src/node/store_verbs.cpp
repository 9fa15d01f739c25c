#include "node/store_verbs.hpp"

#include <filesystem>

#include "model/manifest.hpp"
#include "node/machine.hpp"
#include "store/store.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

std::vector<std::string> verify_store(const NodeOptions& options) {
    const auto node = load_desired(options);
    std::vector<std::string> lines;
    for (const auto& problem : Store(options.root.at(paths::store)).verify(node.spec.artifacts)) {
        lines.push_back(problem.entry + ": " + problem.path + " " + problem.what);
    }
    return lines;
}

std::vector<std::string> collect_store(const NodeOptions& options, EventSink& events) {
    const auto lock = take_lock(options, "store gc", events);
    std::set<std::string> keep;
    for (const auto& entry : fs::directory_iterator(options.root.at(paths::generations))) {
        const auto path = entry.path() / "manifest.json";
        if (const auto text = read_file_if_exists(path)) {
            for (const auto& store : parse_manifest(*text, path.string()).store_entries) {
                keep.insert(fs::path(store).filename().string());
            }
        }
    }
    return Store(options.root.at(paths::store)).gc(keep);
}

} // namespace k8s_node
