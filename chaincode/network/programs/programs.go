//go:build programs

// Package programs pins the programs of Hyperledger Fabric 3.1.1, so that a network
// on anyone's machine is made of the same ones. It is a module of its own: what the
// nodes depend on must never decide a version in the product's go.mod.
//
// The module path says v1.4 because Fabric never took up Go's rule of a path per
// major version; the pseudo-version names the commit of the tag v3.1.1.
package programs

import (
	_ "github.com/hyperledger/fabric/cmd/configtxgen"
	_ "github.com/hyperledger/fabric/cmd/cryptogen"
	_ "github.com/hyperledger/fabric/cmd/discover"
	_ "github.com/hyperledger/fabric/cmd/orderer"
	_ "github.com/hyperledger/fabric/cmd/osnadmin"
	_ "github.com/hyperledger/fabric/cmd/peer"
)
