#!/bin/sh
# Two hosts on one cable: each is a network namespace, the cable is a veth pair.
set -e

ip netns add h1
ip netns add h2
ip link add eth0 netns h1 type veth peer name eth0 netns h2

ip -n h1 address add 10.0.0.1/24 dev eth0
ip -n h2 address add 10.0.0.2/24 dev eth0
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up

ip netns exec h1 ping -c 3 -i 0.2 10.0.0.2
ip -n h1 neighbour
ip -n h2 -s link show eth0
