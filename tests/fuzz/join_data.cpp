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
        Diagnostics diagnostics;
        const auto again = parse_join_data("again.yaml", write_join_data(read), diagnostics);
        fuzz::require(diagnostics.empty() && again.token == read.token &&
                          again.endpoint.name == read.endpoint.name,
                      "what is written is read back", write_join_data(read));
    }
    static_cast<void>(fuzz::accepts([&] { static_cast<void>(authority_in(std::string(text))); }));
    fuzz::require(!is_signed_with({"abcdef", "0123456789abcdef"}, text, "content"),
                  "nobody guesses a signature", std::string(text));
    return 0;
}
