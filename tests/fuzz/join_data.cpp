// Join data that somebody has written, and what a server that nobody vouches for says of a cluster.
#include "join/join_data.hpp"

#include "join/cluster_info.hpp"
#include "join/signature.hpp"
#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto text = fuzz::as_text(data, size);
    JoinData read;
    const bool accepted = fuzz::accepts([&] {
        Diagnostics diagnostics;
        read = parse_join_data("join.yaml", text, diagnostics);
        diagnostics.throw_if_any();
    });
    if (accepted) {
        fuzz::require(read.is_complete() || !read.pins.empty(), "something proves the cluster");
        fuzz::require(read.endpoint.name.starts_with("https://"), "it is asked by https only");
        fuzz::require(read.at.source->text.find(read.token.text()) == std::string::npos,
                      "no message shows the token", read.at.source->text);
        const auto& key = read.certificate_key;
        const auto shown = read.at.source->text.find(key);
        fuzz::require(key.empty() || shown == std::string::npos ||
                          read.at.source->text.substr(0, shown).ends_with("sha256:"),
                      "no message shows the certificate key", read.at.source->text);
        fuzz::require(read.keys.empty() || read.keys.contains("ca.key"),
                      "the keys of a control plane are complete");
        fuzz::require(!read.begins || (read.begins_until && !read.keys.empty()),
                      "whoever begins a cluster has its keys, and an end");
        Diagnostics diagnostics;
        const auto again = parse_join_data("again.yaml", write_join_data(read), diagnostics);
        fuzz::require(diagnostics.empty() && again.token == read.token &&
                          again.endpoint.name == read.endpoint.name && again.keys == read.keys &&
                          again.certificate_key == key && endpoints_of(again) == endpoints_of(read),
                      "what is written is read back", write_join_data(read));
    }
    static_cast<void>(fuzz::accepts([&] { static_cast<void>(authority_in(std::string(text))); }));
    fuzz::require(!is_signed_with({"abcdef", "0123456789abcdef"}, text, "content"),
                  "nobody guesses a signature", std::string(text));
    return 0;
}
