// The interface by which verbs declare their options. Only options.cpp and the main program include
// CLI11, which takes longer to compile than a whole verb.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "command_line/context.hpp"

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
} // namespace CLI

namespace k8s_node::cli {

/// The output formats that a verb supports.
enum class Answers { text_or_json, only_text };

/// The range of an integer option, inclusive.
struct Range {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

enum class Needed { yes, no };

/// A verb, or the program itself. Values that options set must outlive the run; names are in
/// CLI11's form: "--yes,-y".
class Verb {
public:
    Verb(CLI::App& app, Context& context) : app_(&app), context_(&context) {}

    /// Adds a verb below this one.
    [[nodiscard]] Verb add(const char* name, const char* what);
    void flag(const char* names, bool& value, const char* what);
    void text(const char* names, std::string& value, const char* what);
    void text(const char* names, std::optional<std::string>& value, const char* what);
    /// Adds an option that may be repeated.
    void texts(const char* names, std::vector<std::string>& values, const char* what);
    void number(const char* name, Range range, std::function<void(std::int64_t)> set,
                const char* what);
    void seconds(const char* name, std::function<void(std::chrono::seconds)> set, const char* what);
    void excludes(const char* name, const char* other);
    /// Adds a positional argument.
    void argument(const char* name, std::string& value, const char* what);
    /// Adds one that may be left out.
    void optional_argument(const char* name, std::string& value, const char* what);
    /// Adds one that may be left out or repeated.
    void arguments(const char* name, std::vector<std::string>& values, const char* what);
    void number_argument(const char* name, std::function<void(std::int64_t)> set, const char* what,
                         Needed needed);

    /// Sets what the verb does: its run, and its failure, are records of the journal. Adds
    /// --output, --quiet and --verbose, except to verbs with one output format and a short answer.
    void runs(std::function<ExitStatus()> body, Answers answers = Answers::text_or_json);
    /// Like runs(), for a verb that changes nothing, or that runs for long as a service: it leaves
    /// no record, and a signal ends it by itself.
    void runs_unrecorded(std::function<ExitStatus()> body, Answers answers = Answers::text_or_json);

    [[nodiscard]] CLI::App& parser() const { return *app_; }

private:
    void set_body(std::function<ExitStatus()> body, Answers answers, bool recorded);

    CLI::App* app_;
    Context* context_;
};

/// --profile, --release, --set, …: options that choose and configure the node.
void add_node_options(Verb& verb, Context& context);
/// Those of them that do not choose a profile.
void add_configuration_options(Verb& verb, Context& context);
/// --join FILE
void add_join_option(Verb& verb, Context& context);
/// --root
void add_root_option(Verb& verb, Context& context);
/// --force, --no-rollback, --ignore-preflight, --stable-for: how a change is made
void add_change_options(Verb& verb, Context& context);
/// --ignore-preflight CHECK
void add_ignore_option(Verb& verb, Context& context);
/// --stable-for SECONDS
void add_stability_option(Verb& verb, Context& context);

} // namespace k8s_node::cli
