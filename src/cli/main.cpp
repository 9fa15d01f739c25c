// Parses the command line, runs one command, prints errors.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <system_error>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "arguments/argv.hpp"
#include "cli/build.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "journal/journal_sink.hpp"
#include "node/first_boot.hpp"
#include "support/interrupt.hpp"
#include "support/standard_streams.hpp"
#include "support/steps.hpp"
#include "support/text.hpp"
#include "systemd/run_record.hpp"
#include "terminal/answer.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

constexpr const char* description =
    "Makes this machine a Kubernetes node: upstream binaries, run by systemd.\n"
    "The default command is install. See k8s-node-install(8).";

void add_verbs(CLI::App& app, Context& context) {
    Verb program(app, context);
    add_install(program, context);
    add_plan(program, context);
    add_status(program, context);
    add_doctor(program, context);
    add_explain(program, context);
    add_events(program, context);
    add_support_bundle(program, context);
    add_reset(program, context);
    add_redeploy(program, context);
    add_render(program, context);
    add_fetch(program, context);
    add_config(program, context);
    add_generation(program, context);
    add_rollback(program, context);
    add_upgrade(program, context);
    add_store(program, context);
    add_bundle(program, context);
    add_trust(program, context);
    add_sbom(program, context);
    add_token(program, context);
    add_certs(program, context);
    add_node(program, context);
    add_etcd(program, context);
    add_cluster(program, context);
    add_timeline(program, context);
    add_graph(program, context);
    add_unit_verbs(program, context);
    add_version(program, context);
    add_completion(program, context);
}

/// Reports a run that a signal ended, with the exit status that a shell gives it.
ExitStatus until_interrupted(const std::function<ExitStatus()>& run) {
    try {
        return run();
    } catch (const Interrupted& interrupted) {
        throw Error(interrupted.what(), static_cast<ExitStatus>(128 + interrupted.signal()))
            .try_this("run the same command again: it continues where this run stopped");
    }
}

/// Runs the verb of the command line.
ExitStatus run_verb(const CLI::App& app, const Context& context) {
    if (!context.recorded) {
        return context.run();
    }
    const auto verb = app.get_subcommands().front()->get_name();
    const InterruptWatch watch;
    JournalSink journal;
    return until_interrupted([&] {
        return run_as_first_boot(Root("/"), [&] {
            return recorded_run(verb, journal, [&] { return until_interrupted(context.run); });
        });
    });
}

/// Parses the command line into `context`; returns an exit status if it only asked for help or the
/// version.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
    try {
        auto arguments = arrange_argv(app, {argv + 1, argv + argc});
        std::reverse(arguments.begin(), arguments.end()); // CLI11 takes a vector in reverse order
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);
        }
        throw explain_parse_error(app, error.what());
    }
    return std::nullopt;
}

int run(int argc, char** argv, Context& context) {
    context.node.data_directory = build::data_directory;
    context.node.version = build::version;
    context.node.program = build::program;
    context.node.generator = build::generator;
    CLI::App app(description, "k8s-node-install");
    app.set_version_flag("--version", std::string("k8s-node-install ") + build::version);
    app.get_formatter()->column_width(28);
    add_verbs(app, context);
    auto status = parse(app, argc, argv);
    if (!status) {
        context.node.root = Root(context.root);
        status = static_cast<int>(run_verb(app, context));
    }
    finish_output();
    return *status;
}

int fail(const Context& context, const Error& error) {
    std::fflush(stdout);
    if (!context.recorded || !is_journal_stream(STDERR_FILENO)) {
        print_error(error); // else the journal has it as a record
    }
    if (context.output == Output::json) {
        print_json_error(error);
    }
    return static_cast<int>(error.status());
}

} // namespace

} // namespace k8s_node::cli

int main(int argc, char** argv) {
    using namespace k8s_node;
    open_standard_streams();
    // A peer that closes its socket causes an error code, not the end of this run.
    run_began();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // the same for a limit on file sizes
    cli::Context context;
    try {
        return cli::run(argc, argv, context);
    } catch (const Error& error) {
        return cli::fail(context, error);
    } catch (const std::system_error& error) {
        return cli::fail(context, Error(error.what()));
    } catch (const std::exception& error) {
        return cli::fail(
            context,
            Error(error.what()).try_this("this is a bug in k8s-node-install; please report it"));
    }
}
