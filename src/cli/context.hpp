// The context that all commands share.
#pragma once

#include <functional>
#include <string>

#include "configuration/options.hpp"
#include "support/error.hpp"
#include "terminal/terminal.hpp"

namespace k8s_node::cli {

enum class Output { text, json };

/// Filled by the parser, read by the verb that runs.
struct Context {
    NodeOptions node;
    std::string root = "/";
    Output output = Output::text;
    bool quiet = false;
    bool verbose = false;
    bool recorded = false;           ///< the run and its failure are records of the journal
    std::function<ExitStatus()> run; ///< set by the verb that was named
};

/// Returns the verbosity of a run that changes something, by --quiet and --verbose.
[[nodiscard]] Verbosity verbosity(const Context& context);

/// Like verbosity(), but for read-only commands, which print only their answer by default.
[[nodiscard]] Verbosity read_only_verbosity(const Context& context);

/// True if text for people is to be printed on standard output.
[[nodiscard]] bool talks(const Context& context);

class Verb;

// One for each command; main calls them.
void add_install(Verb& parent, Context& context);
void add_plan(Verb& parent, Context& context);
void add_status(Verb& parent, Context& context);
void add_render(Verb& parent, Context& context);
void add_reset(Verb& parent, Context& context);
void add_redeploy(Verb& parent, Context& context);
void add_fetch(Verb& parent, Context& context);
void add_config(Verb& parent, Context& context);
void add_generation(Verb& parent, Context& context);
void add_rollback(Verb& parent, Context& context);
void add_upgrade(Verb& parent, Context& context);
void add_store(Verb& parent, Context& context);
void add_cluster(Verb& parent, Context& context);
void add_token(Verb& parent, Context& context);
void add_node(Verb& parent, Context& context);
void add_timeline(Verb& parent, Context& context);
void add_probe(Verb& parent, Context& context);
void add_end(Verb& parent, Context& context);
void add_approve_serving_certificates(Verb& parent, Context& context);
void add_keep_dns_endpoints(Verb& parent, Context& context);
void add_rollout(Verb& cluster, Context& context);
void add_take_part_in_rollouts(Verb& parent, Context& context);
void add_coordinate_rollouts(Verb& parent, Context& context);
void add_take_rollout_turn(Verb& parent, Context& context);
void add_await_network(Verb& parent, Context& context);
void add_etcd(Verb& parent, Context& context);
void add_etcd_member(Verb& parent, Context& context);
void add_follow_api_servers(Verb& parent, Context& context);
void add_point_kubeconfig(Verb& parent, Context& context);
void add_fill(Verb& parent, Context& context);
void add_version(Verb& parent, Context& context);
void add_completion(Verb& parent, Context& context);

} // namespace k8s_node::cli
