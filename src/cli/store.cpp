// k8s-node-install store verify|gc
#include <cstdio>

#include "cli/context.hpp"
#include "node/store_verbs.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_verify(const Context& context) {
    const auto problems = verify_store(context.node);
    for (const auto& problem : problems) {
        std::printf("%s\n", problem.c_str());
    }
    if (!problems.empty()) {
        return ExitStatus::verification;
    }
    std::puts("Every file in the store is as it was published.");
    return ExitStatus::success;
}

ExitStatus run_gc(const Context& context) {
    Terminal terminal(Loudness::normal);
    for (const auto& name : collect_store(context.node, terminal)) {
        std::printf("removed %s\n", name.c_str());
    }
    return ExitStatus::success;
}

} // namespace

void add_store(CLI::App& app, Context& context) {
    auto* store = app.add_subcommand("store", "Look after the store of unpacked artifacts");
    store->require_subcommand(1);
    auto* verify = store->add_subcommand("verify", "Hash every file again; exits 6 on damage");
    add_node_options(*verify, context);
    verify->callback([&context] { context.run = [&context] { return run_verify(context); }; });
    auto* gc = store->add_subcommand("gc", "Remove what no generation uses");
    add_node_options(*gc, context);
    gc->callback([&context] { context.run = [&context] { return run_gc(context); }; });
}

} // namespace k8s_node::cli
