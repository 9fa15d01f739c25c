// k8s-node-install store verify|gc
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/store_verbs.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_verify(const Context& context) {
    const auto problems = verify_store(context.node);
    if (context.output == Output::json) {
        print_json({{"clean", problems.empty()}, {"problems", problems}});
    } else {
        for (const auto& problem : problems) {
            std::printf("%s\n", problem.c_str());
        }
        if (problems.empty() && talks(context)) {
            std::puts("All files in the store are unchanged.");
        }
    }
    return problems.empty() ? ExitStatus::success : ExitStatus::verification;
}

ExitStatus run_gc(const Context& context) {
    Terminal terminal(verbosity(context));
    const auto removed = collect_store(context.node, terminal);
    if (context.output == Output::json) {
        print_json({{"removed", removed}});
        return ExitStatus::success;
    }
    for (const auto& name : removed) {
        if (talks(context)) {
            std::printf("removed %s\n", name.c_str());
        }
    }
    return ExitStatus::success;
}

} // namespace

void add_store(Verb& parent, Context& context) {
    auto store = parent.add("store", "Check or clean the store of unpacked artifacts");
    auto verify = store.add("verify", "Verify the hash of every file; exits 6 on damage");
    add_node_options(verify, context);
    verify.runs([&context] { return run_verify(context); });
    auto gc = store.add("gc", "Remove entries that no generation uses");
    add_node_options(gc, context);
    gc.runs([&context] { return run_gc(context); });
}

} // namespace k8s_node::cli
