#include "unit_verbs/unit_verbs.hpp"

#include "command_line/options.hpp"

namespace k8s_node::cli {

void add_unit_verbs(Verb& program, Context& context) {
    add_probe(program, context);
    add_end(program, context);
    add_approve_serving_certificates(program, context);
    add_keep_dns_endpoints(program, context);
    add_take_part_in_rollouts(program, context);
    add_coordinate_rollouts(program, context);
    add_take_rollout_turn(program, context);
    add_await_network(program, context);
    add_etcd_member(program, context);
    add_follow_api_servers(program, context);
    add_pick_signer(program, context);
    add_point_kubeconfig(program, context);
    add_fill(program, context);
}

} // namespace k8s_node::cli
