// k8s-node-install generation list|diff|gc
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/generations.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

constexpr std::int64_t most_kept = 1000;

struct Options {
    int before = 0;
    int after = 0;
    std::size_t keep = generations_kept;
};

std::string marks_of(const GenerationInfo& info) {
    if (info.current && info.booted) {
        return "current";
    }
    return info.current ? "current, not in this boot" : info.booted ? "this boot" : "";
}

void print_text(const std::vector<GenerationInfo>& generations) {
    std::printf("%4s  %-20s  %-6s  %-10s  %s\n", "N", "CREATED", "STATE", "KUBERNETES", "BY, WHY");
    for (const auto& info : generations) {
        const auto record = info.record.value_or(GenerationRecord{});
        const auto marks = marks_of(info);
        std::printf("%4d  %-20s  %-6s  %-10s  %s\n", info.number,
                    info.record ? utc_text(record.created).c_str() : "-",
                    info.damage.empty() ? to_text(record.outcome) : "broken", info.release.c_str(),
                    (record.invoking_user + ", " + record.verb + ": " + record.summary).c_str());
        if (!marks.empty()) {
            std::printf("      ^ %s\n", marks.c_str());
        }
        if (!record.reason.empty()) {
            std::printf("      failed: %s\n", record.reason.c_str());
        }
        if (!info.damage.empty()) {
            std::printf("      broken: %s\n", info.damage.c_str());
        }
    }
}

nlohmann::ordered_json json_of(const std::vector<GenerationInfo>& generations) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& info : generations) {
        const auto record = info.record.value_or(GenerationRecord{});
        out.push_back({{"generation", info.number},
                       {"created", info.record ? utc_text(record.created) : ""},
                       {"invoking_user", record.invoking_user},
                       {"program", record.program},
                       {"verb", record.verb},
                       {"summary", record.summary},
                       {"outcome", to_text(record.outcome)},
                       {"reason", record.reason},
                       {"goodSince", record.good_since ? utc_text(*record.good_since) : ""},
                       {"profile", info.profile},
                       {"release", info.release},
                       {"current", info.current},
                       {"booted", info.booted},
                       {"damage", info.damage}});
    }
    return out;
}

ExitStatus run_list(const Context& context) {
    const auto generations = list_generations(Root(context.root));
    context.output == Output::json ? print_json(json_of(generations)) : print_text(generations);
    return ExitStatus::success;
}

ExitStatus run_diff(const Context& context, const Options& options) {
    const auto text = compare_generations(Root(context.root), options.before, options.after);
    if (context.output == Output::json) {
        print_json({{"before", options.before}, {"after", options.after}, {"difference", text}});
    } else {
        std::fputs(text.c_str(), stdout);
    }
    return ExitStatus::success;
}

ExitStatus run_gc(const Context& context, const Options& options) {
    Terminal terminal(verbosity(context));
    const auto removed = collect_generations(context.node, options.keep, terminal);
    if (context.output == Output::json) {
        print_json({{"removed", removed}});
        return ExitStatus::success;
    }
    for (const int number : removed) {
        if (talks(context)) {
            std::printf("removed generation %d\n", number);
        }
    }
    return ExitStatus::success;
}

/// Adds a verb that needs no configuration, only generations.
Verb add(Verb& parent, Context& context, const char* name, const char* what) {
    auto verb = parent.add(name, what);
    add_root_option(verb, context);
    return verb;
}

} // namespace

void add_generation(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto generation = parent.add("generation", "List, compare or remove generations");
    auto list = add(generation, context, "list", "List all generations: who, when, why, outcome");
    list.runs([&context] { return run_list(context); });
    auto diff = add(generation, context, "diff", "Show the differences between two generations");
    diff.number_argument(
        "before", [options](auto n) { options->before = static_cast<int>(n); },
        "Number of the first", Needed::yes);
    diff.number_argument(
        "after", [options](auto n) { options->after = static_cast<int>(n); },
        "Number of the second", Needed::yes);
    diff.runs([&context, options] { return run_diff(context, *options); });
    auto gc = add(generation, context, "gc", "Remove old generations");
    gc.number(
        "--keep", {0, most_kept},
        [options](auto n) { options->keep = static_cast<std::size_t>(n); },
        "Number of good generations to keep (5)");
    gc.runs([&context, options] { return run_gc(context, *options); });
}

} // namespace k8s_node::cli
