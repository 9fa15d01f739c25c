// k8s-node-install generation list|diff|gc
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/context.hpp"
#include "node/generations.hpp"
#include "support/time.hpp"

namespace k8s_node::cli {

namespace {

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
                    (record.author + ", " + record.verb + ": " + record.summary).c_str());
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

void print_json(const std::vector<GenerationInfo>& generations) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& info : generations) {
        const auto record = info.record.value_or(GenerationRecord{});
        out.push_back({{"generation", info.number},
                       {"created", info.record ? utc_text(record.created) : ""},
                       {"author", record.author},
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
    std::puts(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

ExitStatus run_list(const Context& context) {
    const auto generations = list_generations(Root(context.root));
    context.output == Output::json ? print_json(generations) : print_text(generations);
    return ExitStatus::success;
}

ExitStatus run_diff(const Context& context, const Options& options) {
    std::fputs(compare_generations(Root(context.root), options.before, options.after).c_str(),
               stdout);
    return ExitStatus::success;
}

ExitStatus run_gc(const Context& context, const Options& options) {
    Terminal terminal(Loudness::normal);
    for (const int number : collect_generations(context.node, options.keep, terminal)) {
        std::printf("removed generation %d\n", number);
    }
    return ExitStatus::success;
}

CLI::App* add(CLI::App& parent, Context& context, const char* name, const char* what) {
    auto* verb = parent.add_subcommand(name, what);
    verb->add_option("--root", context.root, "Take all paths of the node under this directory");
    return verb;
}

} // namespace

void add_generation(CLI::App& app, Context& context) {
    auto options = std::make_shared<Options>();
    auto* generation = app.add_subcommand("generation", "Show, compare, collect generations");
    generation->require_subcommand(1);
    auto* list =
        add(*generation, context, "list", "All generations: who, when, why, how they fared");
    add_output_option(*list, context);
    list->callback([&context] { context.run = [&context] { return run_list(context); }; });
    auto* diff = add(*generation, context, "diff", "What differs between two generations");
    diff->add_option("before", options->before, "The number of one")->required();
    diff->add_option("after", options->after, "The number of the other")->required();
    diff->callback([&context, options] {
        context.run = [&context, options] { return run_diff(context, *options); };
    });
    auto* gc = add(*generation, context, "gc", "Remove old generations");
    gc->add_option("--keep", options->keep, "How many good ones to keep")->capture_default_str();
    gc->callback([&context, options] {
        context.run = [&context, options] { return run_gc(context, *options); };
    });
}

} // namespace k8s_node::cli
