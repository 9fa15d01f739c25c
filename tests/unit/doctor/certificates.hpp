// Certificates of a kubelet, self-signed, without their keys.
#pragma once

namespace k8s_node::doctor::test {

/// Valid from 2020 to 2021.
inline constexpr const char* past_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBHjCBxaADAgECAgEBMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDnN5c3RlbTpu
b2RlOm4xMB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowGTEXMBUGA1UE
AwwOc3lzdGVtOm5vZGU6bjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQQ/e37
+E+x5mY3p1lZy38tEDPdp6ZnY6Gqgg54m/A8XqUuIyf+ujrySQYoeaUj4eO1Vq86
SIQPpGKmde9BZl9vMAoGCCqGSM49BAMCA0gAMEUCIQDuVVYNQCFB3Tgn64tjdaUo
YD85y0csitKrgBWuJgh1JwIgTfY3lke8VhGuBPHBVTGvnQPRTeXrsiU0CitbBJKY
Cz4=
-----END CERTIFICATE-----
)";

/// Valid from 2120 to 2121.
inline constexpr const char* future_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBIjCByaADAgECAgEBMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDnN5c3RlbTpu
b2RlOm4xMCIYDzIxMjAwMTAxMDAwMDAwWhgPMjEyMTAxMDEwMDAwMDBaMBkxFzAV
BgNVBAMMDnN5c3RlbTpub2RlOm4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
y04k7e225rY6KqHgVgmabs3KE8TjdCoF2m7Re3++HY2TQtTFIjbxjY7kWnwIlPqg
0UZqRWyQysE3HNhjo6tZ1zAKBggqhkjOPQQDAgNIADBFAiB/ChZqKEKOaLr9fhbb
VlJI+kXZ4jFypE+nLBHEsj9YNwIhAJUfqHipi7yMins15m8qA+UY0dEAo8txFKUt
yCWtm8r4
-----END CERTIFICATE-----
)";

/// Valid from 2020 to 2120.
inline constexpr const char* valid_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBHzCBx6ADAgECAgEBMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDnN5c3RlbTpu
b2RlOm4xMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAZMRcwFQYD
VQQDDA5zeXN0ZW06bm9kZTpuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC2L
xH+jlEoDgN45HHUloPC7DbLjIWJTNm3qRCxauNW89ifB/uddW0AGT543OOz4LWd3
mh1ee0EeXiuSK9tpkQswCgYIKoZIzj0EAwIDRwAwRAIgRmyyivOLd0hk1beHxLCj
aWteDTpPCxF0hy+r8hOs3zECIH+7cxzQIku77Pmmy5lz+4hmxqR2aEnPstmVtsIA
2ThL
-----END CERTIFICATE-----
)";

} // namespace k8s_node::doctor::test
