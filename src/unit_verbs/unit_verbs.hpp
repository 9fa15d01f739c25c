// The verbs that units run, and people hardly ever: one for each file, or for a few alike.
#pragma once

namespace k8s_node::cli {

class Verb;
struct Context;

/// Adds all of them.
void add_unit_verbs(Verb& program, Context& context);

void add_probe(Verb& parent, Context& context);
void add_end(Verb& parent, Context& context);
void add_approve_serving_certificates(Verb& parent, Context& context);
void add_keep_dns_endpoints(Verb& parent, Context& context);
void add_take_part_in_rollouts(Verb& parent, Context& context);
void add_coordinate_rollouts(Verb& parent, Context& context);
void add_take_rollout_turn(Verb& parent, Context& context);
void add_await_network(Verb& parent, Context& context);
void add_etcd_member(Verb& parent, Context& context);
void add_follow_api_servers(Verb& parent, Context& context);
void add_pick_signer(Verb& parent, Context& context);
void add_point_kubeconfig(Verb& parent, Context& context);
void add_fill(Verb& parent, Context& context);

} // namespace k8s_node::cli
