#include "reports/reset_report.hpp"

#include <cstdio>
#include <map>
#include <numeric>

#include "terminal/answer.hpp"
#include "terminal/confirm.hpp"

namespace k8s_node::cli {

namespace {

/// The number of objects listed per kind; the others are counted unless --verbose.
constexpr std::size_t shown = 6;

nlohmann::ordered_json json_of(const std::vector<Leftover>& list) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& one : list) {
        out.push_back({{"kind", one.kind}, {"object", one.object}});
    }
    return out;
}

void print_list(const std::vector<Leftover>& list, bool all, std::FILE* stream) {
    std::map<std::string, std::vector<std::string>> kinds;
    for (const auto& one : list) {
        kinds[one.kind].push_back(one.object);
    }
    for (const auto& [kind, objects] : kinds) {
        std::fprintf(stream, "  %-18s %zu\n", kind.c_str(), objects.size());
        const auto count = all ? objects.size() : std::min(objects.size(), shown);
        for (std::size_t i = 0; i < count; ++i) {
            std::fprintf(stream, "      %s\n", objects[i].c_str());
        }
        if (count < objects.size()) {
            std::fprintf(stream, "      and %zu more\n", objects.size() - count);
        }
    }
}

} // namespace

void add_reset_options(Verb& verb, ResetOptions& options) {
    verb.flag("--keep-data", options.keep.data, "Keep the database and other declared data");
    verb.flag("--yes,-y", options.yes, "Do not ask; required without a terminal");
}

void print_inventory(const Context& context, const std::vector<Leftover>& found) {
    if (context.output == Output::json) {
        const nlohmann::ordered_json out = {{"found", json_of(found)}};
        print_json(out);
    } else if (found.empty()) {
        std::puts("Nothing of the node exists on this machine.");
    } else {
        std::puts("This node consists of:");
        print_list(found, context.verbose, stdout);
    }
}

OnInventory ask_before_reset(const Context& context, const ResetOptions& options) {
    return [&context, &options](const std::vector<Leftover>& found) {
        if (talks(context)) {
            print_inventory(context, found);
            std::fflush(stdout);
        }
        return options.yes ||
               confirmed("All of this will be stopped and deleted.", "a reset deletes the node");
    };
}

nlohmann::ordered_json json_of(const ResetResult& result) {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const auto& step : result.steps) {
        steps.push_back({{"step", step.name}, {"seconds", step.seconds}});
    }
    return {{"node", result.node_name},
            {"clean", !result.declined && result.left.empty() && result.problems.empty()},
            {"removed", json_of(result.removed)},
            {"left", json_of(result.left)},
            {"problems", result.problems},
            {"steps", steps}};
}

void print_reset(const Context& context, const ResetResult& result) {
    if (context.output == Output::json) {
        print_json(json_of(result));
        return;
    }
    if (result.declined) {
        std::puts("Nothing was done.");
        return;
    }
    const double seconds =
        std::accumulate(result.steps.begin(), result.steps.end(), 0.0,
                        [](double sum, const ResetStep& step) { return sum + step.seconds; });
    if (context.verbose) {
        for (const auto& step : result.steps) {
            std::printf("%7.2fs %s\n", step.seconds, step.name.c_str());
        }
    }
    if (!result.left.empty()) {
        std::puts("Left behind:");
        print_list(result.left, true, stdout);
    } else if (!context.quiet) {
        std::printf("Done: nothing of the node is left, after %.1f s.\n", seconds);
    }
}

} // namespace k8s_node::cli
