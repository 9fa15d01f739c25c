#include "command_line/options.hpp"

#include <CLI/CLI.hpp>

#include "plan/check_names.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

constexpr std::int64_t longest_seconds = 86400;

std::int64_t number_within(const std::string& name, const std::string& text, Range range) {
    const auto number = parse_integer(text);
    if (!number || *number < range.least || *number > range.most) {
        throw Error(name + " " + text + ": a whole number from " + std::to_string(range.least) +
                        " to " + std::to_string(range.most) + " is required",
                    ExitStatus::usage);
    }
    return *number;
}

Output output_of(const std::string& text) {
    if (text == "text" || text == "json") {
        return text == "json" ? Output::json : Output::text;
    }
    throw Error("--output " + text + ": unknown output format", ExitStatus::usage)
        .try_this("-o text or -o json");
}

/// Ignoring an unknown check is an error: the run would fail on the one that was meant.
void refuse_unknown_check(const std::string& name) {
    if (!is_check_name(name)) {
        throw Error("--ignore-preflight " + name + ": unknown check", ExitStatus::usage)
            .try_this(check_name_hint(name));
    }
}

} // namespace

Verbosity verbosity(const Context& context) {
    return context.quiet     ? Verbosity::quiet
           : context.verbose ? Verbosity::verbose
                             : Verbosity::normal;
}

Verbosity read_only_verbosity(const Context& context) {
    return context.verbose && !context.quiet ? Verbosity::verbose : Verbosity::quiet;
}

bool talks(const Context& context) {
    return context.output == Output::text && !context.quiet;
}

Verb Verb::add(const char* name, const char* what) {
    app_->require_subcommand(0, 1); // a word after the verb is its argument, not another verb
    return {*app_->add_subcommand(name, what), *context_};
}

void Verb::flag(const char* names, bool& value, const char* what) {
    app_->add_flag(names, value, what);
}

void Verb::text(const char* names, std::string& value, const char* what) {
    app_->add_option(names, value, what);
}

void Verb::text(const char* names, std::optional<std::string>& value, const char* what) {
    app_->add_option(names, value, what);
}

void Verb::texts(const char* names, std::vector<std::string>& values, const char* what) {
    app_->add_option(names, values, what)->allow_extra_args(false);
}

void Verb::number(const char* name, Range range, std::function<void(std::int64_t)> set,
                  const char* what) {
    app_->add_option_function<std::string>(
            name,
            [name = std::string(name), range, set = std::move(set)](const std::string& text) {
                set(number_within(name, text, range));
            },
            what)
        ->option_text("NUMBER");
}

void Verb::seconds(const char* name, std::function<void(std::chrono::seconds)> set,
                   const char* what) {
    number(
        name, {0, longest_seconds},
        [set = std::move(set)](std::int64_t number) { set(std::chrono::seconds(number)); }, what);
    app_->get_option(name)->option_text("SECONDS");
}

void Verb::excludes(const char* name, const char* other) {
    app_->get_option(name)->excludes(other);
}

void Verb::argument(const char* name, std::string& value, const char* what) {
    app_->add_option(name, value, what)->required();
}

void Verb::optional_argument(const char* name, std::string& value, const char* what) {
    app_->add_option(name, value, what);
}

void Verb::arguments(const char* name, std::vector<std::string>& values, const char* what) {
    app_->add_option(name, values, what);
}

void Verb::number_argument(const char* name, std::function<void(std::int64_t)> set,
                           const char* what, Needed needed) {
    number(name, {1, INT32_MAX}, std::move(set), what);
    app_->get_option(name)->required(needed == Needed::yes);
}

void Verb::runs(std::function<ExitStatus()> body, Answers answers) {
    set_body(std::move(body), answers, true);
}

void Verb::runs_unrecorded(std::function<ExitStatus()> body, Answers answers) {
    set_body(std::move(body), answers, false);
}

void Verb::set_body(std::function<ExitStatus()> body, Answers answers, bool recorded) {
    if (answers == Answers::text_or_json) {
        app_->add_option_function<std::string>(
                "-o,--output",
                [context = context_](const std::string& text) {
                    context->output = output_of(text);
                },
                "Output format")
            ->option_text("text|json");
        flag("--quiet,-q", context_->quiet, "Print only warnings and errors");
        flag("--verbose,-v", context_->verbose, "Print every step");
    }
    app_->callback([context = context_, body = std::move(body), recorded] {
        context->run = body;
        context->recorded = recorded;
    });
}

void add_root_option(Verb& verb, Context& context) {
    verb.text("--root", context.root, "Operate on the node below this root directory");
}

void add_node_options(Verb& verb, Context& context) {
    verb.text("--profile,-p", context.node.profile,
              "Role of this machine: single, master, worker, …");
    add_configuration_options(verb, context);
}

void add_configuration_options(Verb& verb, Context& context) {
    auto& node = context.node;
    verb.text("--release,-r", node.release, "Kubernetes release: a name, or the path of a file");
    verb.text("--config,-c", node.configuration,
              "Read this file instead of /etc/k8s-node/node.yaml");
    verb.texts("--set", node.assignments, "Set one value: component.key=value; repeatable");
    verb.texts("--mirror", node.mirrors, "Fetch MIRROR/<host>/<path> for each URL; repeatable");
    verb.text("--bundle", node.bundle, "Take everything from this file: see bundle create");
    verb.text("--mirror-ca", node.mirror_ca, "CA certificates for the mirror (PEM)");
    add_root_option(verb, context);
    verb.text("--data", node.data_directory, "Directory of components, profiles and releases");
    verb.parser().get_option("--data")->capture_default_str();
}

void add_join_option(Verb& verb, Context& context) {
    verb.text("--join", context.node.join, "Join the cluster of this file; - is stdin");
}

void add_change_options(Verb& verb, Context& context) {
    verb.flag("--force", context.node.force, "Replace foreign files (backup: *.before-k8s-node)");
    verb.flag("--no-rollback", context.node.no_rollback, "Disable automatic rollback");
    add_stability_option(verb, context);
    add_ignore_option(verb, context);
}

void add_ignore_option(Verb& verb, Context& context) {
    verb.texts("--ignore-preflight", context.node.ignored_checks,
               "Turn errors of this check into warnings; repeatable");
    verb.parser().get_option("--ignore-preflight")->each(refuse_unknown_check);
}

void add_stability_option(Verb& verb, Context& context) {
    verb.seconds(
        "--stable-for", [&context](auto seconds) { context.node.stable_for = seconds; },
        "How long a changed node must stay up (5)");
}

} // namespace k8s_node::cli
