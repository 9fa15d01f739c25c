#include "generations/usable_generation.hpp"

#include <filesystem>

#include "generations/generation_resource.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

void refuse_edited(const Generation& generation, int number, const Root& root) {
    const auto edited = edited_files(root, number, generation);
    if (edited.empty()) {
        return;
    }
    Error error("generation " + std::to_string(number) + " was modified: " + join(edited, ", "),
                ExitStatus::verification);
    throw error.try_this("roll back to another one (k8s-node-install generation list), or install "
                         "what the configuration describes");
}

void require_store(const Generation& generation, const System& system) {
    std::vector<std::string> problems;
    for (const auto& entry : generation.manifest.store_entries) {
        const auto name = std::filesystem::path(entry).filename().string();
        for (const auto& problem : system.store.check_named(name)) {
            problems.push_back(problem.entry + ": " + (problem.path.empty() ? "it" : problem.path) +
                               " " + problem.what);
        }
    }
    if (problems.empty()) {
        return;
    }
    Error error("the store lacks programs of Kubernetes " + generation.manifest.release,
                ExitStatus::verification);
    for (auto& problem : problems) {
        error.with_detail(std::move(problem));
    }
    throw error.try_this("k8s-node-install install --release " + generation.manifest.release +
                         " fetches what is missing and moves the node to that release");
}

} // namespace

Generation read_usable_generation(int number, const System& system) {
    auto generation = read_generation(system.root, number);
    refuse_edited(generation, number, system.root);
    require_store(generation, system);
    return generation;
}

} // namespace k8s_node
