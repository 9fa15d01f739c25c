// k8s-node-install doctor
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "explaining/examination.hpp"
#include "support/printable.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using doctor::Verdict;

void print_result(const doctor::CheckResult& result) {
    std::printf("%-8s %-22s %s\n", doctor::to_text(result.verdict), result.check.c_str(),
                printable(result.seen).c_str());
    if (!result.remedy.empty()) {
        std::printf("%-8s %-22s   try: %s\n", "", "", printable(result.remedy).c_str());
    }
}

void print_summary(const doctor::CheckResults& results) {
    std::printf("\n%zu checks: %zu failed, %zu warnings", results.size(),
                doctor::count(results, Verdict::fail), doctor::count(results, Verdict::warn));
    if (const auto unseen = doctor::count(results, Verdict::unknown); unseen > 0) {
        std::printf(", %zu could not be seen", unseen);
    }
    std::puts(".");
}

void print_text(const Examination& examination) {
    for (const auto& result : examination.results) {
        print_result(result);
    }
    print_summary(examination.results);
}

void print_examination(const Examination& examination) {
    const auto number = [&](Verdict verdict) {
        return doctor::count(examination.results, verdict);
    };
    print_json({{"installed", examination.installed},
                {"passed", number(Verdict::pass)},
                {"warnings", number(Verdict::warn)},
                {"failed", number(Verdict::fail)},
                {"unknown", number(Verdict::unknown)},
                {"checks", doctor::to_json(examination.results)}});
}

ExitStatus run_doctor(const Context& context) {
    Terminal terminal(read_only_verbosity(context));
    const auto examination = examine(context.node, {terminal, terminal});
    if (context.output == Output::json) {
        print_examination(examination);
    } else if (talks(context)) {
        print_text(examination);
    }
    if (doctor::count(examination.results, Verdict::fail) == 0) {
        return ExitStatus::success;
    }
    return examination.installed ? ExitStatus::not_ready : ExitStatus::unsuitable;
}

} // namespace

void add_doctor(Verb& parent, Context& context) {
    auto verb = parent.add("doctor", "Find what is wrong with this machine, and the remedy");
    add_node_options(verb, context);
    add_ignore_option(verb, context);
    verb.runs_unrecorded([&context] { return run_doctor(context); });
}

} // namespace k8s_node::cli
