#include "engine/take_away.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <iterator>

#include "engine/resource_table.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<const char*, 14> stage_names = {"stop kubelet",
                                                     "leave the cluster",
                                                     "end pods",
                                                     "stop services",
                                                     "end processes",
                                                     "remove interfaces",
                                                     "remove firewall rules",
                                                     "unmount",
                                                     "remove data",
                                                     "remove files",
                                                     "remove users",
                                                     "restore kernel parameters",
                                                     "restore logind",
                                                     "remove generations and store"};
static_assert(stage_names.size() == static_cast<std::size_t>(RemovalStage::end) + 1);

std::vector<Leftover> look_at(const Removal& removal, bool is_needed_to_repeat) {
    std::vector<Leftover> out;
    for (const auto* kind : kinds_taken_away()) {
        if (kind->is_needed_to_repeat() == is_needed_to_repeat) {
            auto found = kind->owned(removal);
            std::ranges::move(found, std::back_inserter(out));
        }
    }
    return out;
}

} // namespace

const char* name_of(RemovalStage stage) {
    return stage_names.at(static_cast<std::size_t>(stage));
}

std::vector<Leftover> inventory_before_end(const Removal& removal) {
    return look_at(removal, false);
}

std::vector<Leftover> inventory_of_end(const Removal& removal) {
    return look_at(removal, true);
}

std::vector<Leftover> whole_inventory(const Removal& removal) {
    auto all = inventory_before_end(removal);
    auto end = inventory_of_end(removal);
    std::ranges::move(end, std::back_inserter(all));
    return all;
}

void require_programs(const Removal& removal) {
    std::vector<NeededProgram> missing;
    const auto kinds = kinds_taken_away();
    for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind) {
        auto needed = (*kind)->missing_programs(removal);
        std::ranges::move(needed, std::back_inserter(missing));
    }
    if (missing.empty()) {
        return;
    }
    Error error("programs are missing without which the node cannot be removed completely",
                ExitStatus::unsuitable);
    for (const auto& need : missing) {
        error.with_detail(need.program + ", to " + need.what);
    }
    throw error.try_this("install the operating system's packages that contain them, then run the "
                         "same command again; nothing was changed");
}

void take_away(RemovalStage stage, Removal& removal) {
    for (const auto* kind : kinds_taken_away()) {
        kind->remove(stage, removal);
    }
}

void RemovalRun::run(RemovalStage stage, const std::function<void()>& step) {
    const std::string name = name_of(stage);
    removal_.events.report({Priority::debug, name, {}, {{"K8S_NODE_PHASE", "reset"}}});
    const auto start = Clock::now();
    try {
        step();
    } catch (const Error& error) {
        fail(name, error);
    } catch (const std::filesystem::filesystem_error& error) {
        fail(name, Error(error.what()));
    }
    const std::chrono::duration<double> took = Clock::now() - start;
    steps_.push_back({name, took.count()});
}

void RemovalRun::run(RemovalStage stage) {
    run(stage, [&] { take_away(stage, removal_); });
}

void RemovalRun::run(RemovalStage first, RemovalStage last) {
    for (int stage = static_cast<int>(first); stage <= static_cast<int>(last); ++stage) {
        run(static_cast<RemovalStage>(stage));
    }
}

void RemovalRun::fail(const std::string& name, const Error& error) {
    auto text = name + ": " + error.message();
    for (const auto& detail : error.details()) {
        text += "\n  " + detail;
    }
    if (!error.hint().empty()) {
        text += "\n  try: " + error.hint();
    }
    removal_.events.report({Priority::error, text, {}, {{"K8S_NODE_PHASE", "reset"}}});
    problems_.push_back(std::move(text));
}

} // namespace k8s_node
