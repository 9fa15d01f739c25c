// The verbs that people call, one for each file; main adds them.
#pragma once

namespace k8s_node::cli {

class Verb;
struct Context;

void add_install(Verb& parent, Context& context);
void add_plan(Verb& parent, Context& context);
void add_status(Verb& parent, Context& context);
void add_doctor(Verb& parent, Context& context);
void add_explain(Verb& parent, Context& context);
void add_events(Verb& parent, Context& context);
void add_support_bundle(Verb& parent, Context& context);
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
void add_certs(Verb& parent, Context& context);
void add_certs_rotate(Verb& certs, Context& context);
void add_node(Verb& parent, Context& context);
void add_graph(Verb& parent, Context& context);
void add_timeline(Verb& parent, Context& context);
void add_rollout(Verb& cluster, Context& context);
void add_etcd(Verb& parent, Context& context);
void add_etcd_upkeep(Verb& etcd, Verb& snapshot, Context& context);
void add_bundle(Verb& parent, Context& context);
void add_trust(Verb& parent, Context& context);
void add_sbom(Verb& parent, Context& context);
void add_version(Verb& parent, Context& context);
void add_completion(Verb& parent, Context& context);

} // namespace k8s_node::cli
