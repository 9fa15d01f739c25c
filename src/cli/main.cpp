// Parses the command line, runs one verb, prints what went wrong.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <system_error>

#include "cli/build.hpp"
#include "cli/context.hpp"
#include "support/interrupt.hpp"
#include "systemd/run_record.hpp"

namespace k8s_node::cli {

namespace {

constexpr const char* description =
    "Makes this machine a Kubernetes node: upstream binaries, run by systemd.\n"
    "Without a verb it installs. See k8s-node-install(8).";

void add_verbs(CLI::App& app, Context& context) {
    add_install(app, context);
    add_plan(app, context);
    add_status(app, context);
    add_reset(app, context);
    add_redeploy(app, context);
    add_render(app, context);
    add_fetch(app, context);
    add_config(app, context);
    add_generation(app, context);
    add_rollback(app, context);
    add_upgrade(app, context);
    add_store(app, context);
    add_probe(app, context);
    add_version(app, context);
    add_completion(app, context);
}

/// Verbs that only look: nothing of theirs is worth a record in the journal.
bool only_looks(const std::string& verb) {
    static constexpr auto verbs = {"plan",  "status",  "render",    "config",
                                   "probe", "version", "completion"};
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

/// A run that a signal ends says so, with the status that a shell gives it.
ExitStatus until_interrupted(const std::function<ExitStatus()>& run) {
    try {
        return run();
    } catch (const Interrupted& interrupted) {
        throw Error(interrupted.what(), static_cast<ExitStatus>(128 + interrupted.signal()))
            .try_this("run the same command again: it goes on where this run stopped");
    }
}

/// Runs the verb that was named.
ExitStatus run_verb(const CLI::App& app, const Context& context) {
    const auto verb = app.get_subcommands().front()->get_name();
    if (only_looks(verb)) {
        return context.run();
    }
    const InterruptWatch watch;
    JournalSink journal;
    return recorded_run(verb, journal, [&] { return until_interrupted(context.run); });
}

bool is_verb(const CLI::App& app, const std::string& word) {
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (verb->get_name() == word) {
            return true;
        }
    }
    return false;
}

/// The words of the command line, with `install` put in where no verb is
/// named, in the reversed order that CLI11 wants of a vector.
std::vector<std::string> words_of(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    const bool asks =
        !words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "--version");
    if (!asks && (words.empty() || (!is_verb(app, words[0]) && words[0].starts_with('-')))) {
        words.insert(words.begin(), "install");
    }
    return {words.rbegin(), words.rend()};
}

int run(int argc, char** argv) {
    Context context;
    context.node.data_directory = build::data_directory;
    context.node.version = build::version;
    context.node.program = build::program;
    context.node.generator = build::generator;
    CLI::App app(description, "k8s-node-install");
    app.set_version_flag("--version", std::string("k8s-node-install ") + build::version);
    app.get_formatter()->column_width(28);
    add_verbs(app, context);
    app.require_subcommand(1);
    try {
        app.parse(words_of(app, argc, argv));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);
        }
        std::fprintf(stderr, "error: %s\n  try: k8s-node-install --help\n", error.what());
        return static_cast<int>(ExitStatus::usage);
    }
    context.node.root = Root(context.root);
    return static_cast<int>(run_verb(app, context));
}

} // namespace

} // namespace k8s_node::cli

int main(int argc, char** argv) {
    // A peer that closes its socket is an error code, not the end of this run.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a limit on the size of files: neither
    try {
        return k8s_node::cli::run(argc, argv);
    } catch (const k8s_node::Error& error) {
        k8s_node::cli::print_error(error);
        return static_cast<int>(error.status());
    } catch (const std::system_error& error) {
        k8s_node::cli::print_error(k8s_node::Error(error.what()));
        return static_cast<int>(k8s_node::ExitStatus::failure);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n  this is a bug in k8s-node-install; please report it\n",
                     error.what());
        return static_cast<int>(k8s_node::ExitStatus::failure);
    }
}
