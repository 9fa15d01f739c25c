#include "supply/make_bundle.hpp"

#include <algorithm>
#include <array>

#include "bundle/bundle.hpp"
#include "bundle/create.hpp"
#include "node/desired.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

/// Settings that every node sets for itself and that no artifact depends on, with values for
/// documentation (RFC 2606), so that a worker can be resolved before there is a cluster.
constexpr std::array stand_ins{"cluster.endpoint=https://cluster.invalid:6443",
                               "bridge-network.node_cidr=10.244.0.0/24"};

DesiredNode resolved(const NodeOptions& options) {
    try {
        return load_desired(options, OwnAddress::of_no_concern);
    } catch (const ConfigurationError&) {
        auto complete = options;
        complete.assignments.insert(complete.assignments.begin(), stand_ins.begin(),
                                    stand_ins.end());
        try {
            return load_desired(complete, OwnAddress::of_no_concern);
        } catch (const ConfigurationError&) { // nothing that an operator would know
        }
        throw;
    }
}

void add_node(const NodeOptions& options, BundleContent& content, FetchOptions& fetch) {
    auto node = resolved(options);
    for (const auto& artifact : node.spec.artifacts) {
        content.artifacts.push_back({artifact, node.spec.architecture});
    }
    content.release = node.spec.release;
    content.release_text = node.generation.files.at("release.yaml");
    fetch.mirrors = node.spec.mirrors;
    fetch.ca_file = node.spec.mirror_ca;
}

} // namespace

BundleManifest make_bundle(const NodeOptions& given, const BundleRequest& request,
                           FetchObserver& observer) {
    auto options = given;
    options.anew = true; // the node that this machine may be says nothing about others
    open_bundle(options);
    BundleContent content;
    FetchOptions fetch;
    fetch.local = options.opened_bundle;
    content.profiles = request.profiles;
    content.images.assign(request.images.begin(), request.images.end());
    auto architectures = request.architectures;
    if (architectures.empty()) {
        architectures.emplace_back();
    }
    for (const auto& profile : request.profiles) {
        for (const auto& architecture : architectures) {
            options.profile = profile;
            options.architecture = architecture;
            add_node(options, content, fetch);
        }
    }
    EventLoop loop(interrupt_token());
    return create_bundle(request.out, content, fetch, observer, loop);
}

} // namespace k8s_node
